using System.CommandLine;
using System.CommandLine.Parsing;
using MuLambda.Executor.Hosting;
using MuLambda.Executor.Launching;
using MuLambda.Executor.Synthetic;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Options;

/// <summary>The command line; what it does not know is an error.</summary>
internal static class ExecutorCommand
{
    /// <summary>A wrong argument or option.</summary>
    public const int UsageError = 2;

    /// <summary>Parses, then serves until SIGTERM.</summary>
    /// <returns>The exit code: 0, 1 when the start fails, 2 for a wrong argument or option.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var result = Create(ExecutorProcess.RunAsync).Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            await Console.Error.WriteLineAsync("--help lists the options.");
            return UsageError;
        }

        // The host handles SIGTERM itself and takes the time it needs.
        return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    /// <summary>Builds the command.</summary>
    public static RootCommand Create(Func<ExecutorOptions, CancellationToken, Task<int>> run)
    {
        var defaults = new ExecutorOptions();
        var models = new ModelArguments(defaults);
        var synthetic = new SyntheticArguments();
        var launch = new LaunchArguments(defaults);
        var id = new Option<string?>("--id") { HelpName = "ID", Description = "The executor's name in traces (host:port)." };
        var httpPort = NumberOption.Create<int?>("--http-port", 0, 65535, "N", $"The port of REST on loopback, 0 for any (ASPNETCORE_URLS, else {ExecutorOptions.DefaultHttpPort}).");
        var grpcPort = NumberOption.Create<int?>("--grpc-port", 0, 65535, "N", $"The port of gRPC on the addresses of REST, 0 for any (GRPC_PORT, else {ExecutorOptions.DefaultGrpcPort}).");
        var socket = new Option<string?>("--grpc-socket") { HelpName = "PATH", Description = "A Unix domain socket that serves gRPC too." };
        socket.Validators.Add(option =>
        {
            if (option.GetValueOrDefault<string?>() is { } path && GrpcAddress.ValidateSocketPath(Path.GetFullPath(path)) is { } error)
            {
                option.AddError($"--grpc-socket: {error}");
            }
        });
        var registry = new Option<Uri?>("--registry")
        {
            HelpName = "URL",
            Description = "The registry (service discovery's). With it and without --model the executor starts empty, for models that are added while it runs.",
            CustomParser = ParseUrl,
        };
        var cache = new Option<DirectoryInfo?>("--cache") { HelpName = "DIR", Description = $"Where models of the registry are kept ({defaults.Cache})." };
        var cacheBytes = NumberOption.Create<long?>("--cache-max-bytes", 0, long.MaxValue, "N", $"The most --cache keeps; the least recently used goes, never what is served ({defaults.CacheMaxBytes}).");
        var modelBytes = NumberOption.Create<long?>("--max-model-bytes", 1, long.MaxValue, "N", $"The most memory the models take together, as estimated; the least recently used leave and come again when asked for (80 % of the memory given: {defaults.MaxModelBytes}).");
        var loads = NumberOption.Create<int?>("--max-parallel-loads", 1, 1024, "N", $"Models loaded at a time (the processors given: {defaults.MaxParallelLoads}).");
        var noWarmUp = new Option<bool>("--no-warmup") { Description = "Do not run a version once before it is available." };
        var parallel = NumberOption.Create<int?>("--max-parallel-runs", 1, 1024, "N", $"Runs at a time, of all models together (the processors given, a container's limit included: {defaults.MaxParallelRuns}).");
        var queue = NumberOption.Create<int?>("--queue-limit", 0, 1_000_000, "N", $"Requests that may wait for a run; more are refused ({defaults.QueueLimit}).");
        var threads = NumberOption.Create<int?>("--intra-op-threads", 1, 1024, "N", $"Threads of one run; for short latency of single requests give the processors here and 1 to --max-parallel-runs ({defaults.IntraOpThreads}).");
        var load = NumberOption.Create<double?>("--load-timeout", 0.1, 86_400, "SECONDS", $"How long a model may take to become available ({defaults.LoadTimeout.TotalSeconds}).");
        var request = NumberOption.Create<double?>("--request-timeout", 0.001, 86_400, "SECONDS", $"The longest a request may take ({defaults.RequestTimeout.TotalSeconds}).");
        var bytes = NumberOption.Create<int?>("--max-request-bytes", 1, int.MaxValue, "N", $"The largest request ({defaults.MaxRequestBytes}).");

        var root = new RootCommand("Serves models over TensorFlow Serving's REST and gRPC API.");
        models.AddTo(root, registry);
        foreach (var option in new Option[]
        {
            id, httpPort, grpcPort, socket, registry, cache, cacheBytes, modelBytes, loads, noWarmUp, parallel, queue, threads, load, request, bytes,
        })
        {
            root.Add(option);
        }

        launch.AddTo(root);
        synthetic.AddTo(root);

        root.SetAction((result, cancellationToken) => run(
            synthetic.Read(result, launch.Read(result, models.Read(result, new ExecutorOptions
            {
                Id = result.GetValue(id),
                HttpPort = result.GetValue(httpPort),
                GrpcPort = result.GetValue(grpcPort),
                GrpcSocket = result.GetValue(socket) is { } path ? Path.GetFullPath(path) : null,
                Registry = result.GetValue(registry),
                Cache = result.GetValue(cache)?.FullName ?? defaults.Cache,
                CacheMaxBytes = result.GetValue(cacheBytes) ?? defaults.CacheMaxBytes,
                MaxModelBytes = result.GetValue(modelBytes) ?? defaults.MaxModelBytes,
                MaxParallelLoads = result.GetValue(loads) ?? defaults.MaxParallelLoads,
                WarmUp = !result.GetValue(noWarmUp),
                MaxParallelRuns = result.GetValue(parallel) ?? defaults.MaxParallelRuns,
                QueueLimit = result.GetValue(queue) ?? defaults.QueueLimit,
                IntraOpThreads = result.GetValue(threads) ?? defaults.IntraOpThreads,
                LoadTimeout = Seconds(result.GetValue(load), defaults.LoadTimeout),
                RequestTimeout = Seconds(result.GetValue(request), defaults.RequestTimeout),
                MaxRequestBytes = result.GetValue(bytes) ?? defaults.MaxRequestBytes,
            }))),
            cancellationToken));
        return root;
    }

    private static TimeSpan Seconds(double? seconds, TimeSpan otherwise) =>
        seconds is { } given ? TimeSpan.FromSeconds(given) : otherwise;

    private static Uri? ParseUrl(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
        {
            return url;
        }

        result.AddError($"--registry: '{text}' is no http URL.");
        return null;
    }
}
