using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Options;

namespace MuLambda.Prober.Options;

/// <summary>The command line. What it gives goes over the configuration; what it does not know is an error.</summary>
internal static class ProberCommand
{
    /// <summary>Parses, then runs until SIGTERM.</summary>
    /// <returns>The exit code: 0, or 1 for a wrong argument or option.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = Create(async (arguments, cancellationToken) =>
        {
            try
            {
                await using var app = ProberApplication.Build(arguments);
                await app.StartAsync(cancellationToken);
                await app.WaitForShutdownAsync(cancellationToken);
                return 0;
            }
            catch (OptionsValidationException exception)
            {
                foreach (var failure in exception.Failures)
                {
                    await Console.Error.WriteLineAsync(failure);
                }

                return 1;
            }
            catch (InvalidOperationException exception)
                when (exception.Source?.StartsWith("Microsoft.Extensions.Configuration", StringComparison.Ordinal) is true)
            {
                await Console.Error.WriteLineAsync(exception.Message);
                return 1;
            }
        });

        // The host handles SIGTERM itself and takes the time it needs.
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    /// <summary>Builds the command.</summary>
    /// <param name="run">Called with the arguments once they are well-formed.</param>
    /// <returns>The command.</returns>
    internal static RootCommand Create(Func<ProberArguments, CancellationToken, Task<int>> run)
    {
        var node = new Option<string?>("--node") { HelpName = "NAME", Description = "The node it runs on (local)." };
        var registry = new Option<string?>("--registry")
        {
            HelpName = "URL",
            Description = "The registry; found by service discovery where absent.",
        };
        var executors = new Option<IReadOnlyList<ExecutorOptions>>("--executor")
        {
            HelpName = "ID[=MODEL,…]",
            Description = "An executor to accompany and the models it serves, by name or as patterns of the catalog's names with exceptions (*,!digits-*); repeatable.",
            CustomParser = ParseExecutors,
            DefaultValueFactory = _ => [],
        };
        var sockets = new Option<string?>("--socket-dir")
        {
            HelpName = "DIRECTORY",
            Description = "Where the executors' Unix sockets are, as ID.sock.",
        };
        var allow = new Option<string[]>("--allow")
        {
            HelpName = "NETWORK|HOST",
            Description = "What may be probed: a network such as 10.0.0.0/8, an address or a host name; repeatable (loopback).",
            DefaultValueFactory = _ => [],
        };
        var interval = new Option<double?>("--probe-interval") { HelpName = "SECONDS", Description = "The time between two probes of a client (5)." };
        var timeout = new Option<double?>("--probe-timeout") { HelpName = "SECONDS", Description = "How long a client may take to answer (2)." };
        var delay = new Option<double?>("--probe-delay") { HelpName = "MS", Description = "For experiments: probes leave so much later, as on a slow network (0)." };
        var advertise = new Option<string?>("--advertise") { HelpName = "URL", Description = "Where probers of other nodes reach this one; where it listens where absent." };
        var urls = new Option<string?>("--urls") { HelpName = "URL", Description = "Where it listens itself." };

        var root = new RootCommand("Accompanies the executors of a node: registers them, reports their state and load, and probes the clients.")
        {
            node, registry, executors, sockets, allow, interval, timeout, delay, urls, advertise,
        };
        root.SetAction((result, cancellationToken) => run(
            new ProberArguments
            {
                Node = result.GetValue(node),
                Registry = result.GetValue(registry),
                Executors = result.GetValue(executors) ?? [],
                SocketDirectory = result.GetValue(sockets) is { } directory ? Path.GetFullPath(directory) : null,
                Allow = result.GetValue(allow) ?? [],
                ProbeSeconds = result.GetValue(interval),
                ProbeTimeoutSeconds = result.GetValue(timeout),
                ProbeDelayMs = result.GetValue(delay),
                Urls = result.GetValue(urls),
                Advertise = result.GetValue(advertise),
            },
            cancellationToken));
        return root;
    }

    private static List<ExecutorOptions>? ParseExecutors(ArgumentResult result)
    {
        var executors = new List<ExecutorOptions>();
        foreach (var token in result.Tokens)
        {
            var parts = token.Value.Split('=', 2);
            var executor = new ExecutorOptions { Id = parts[0] };
            foreach (var model in parts.Length > 1 ? parts[1].Split(',') : [])
            {
                executor.Models.Add(model);
            }

            executors.Add(executor);
        }

        return executors;
    }
}
