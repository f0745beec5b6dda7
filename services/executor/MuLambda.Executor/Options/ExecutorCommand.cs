using System.CommandLine;
using System.CommandLine.Parsing;
using MuLambda.Executor.Hosting;
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
        var models = new Option<IReadOnlyList<ModelSource>>("--model")
        {
            HelpName = "NAME=PATH|NAME[@VERSION]",
            Description = "A model to serve, repeatable: from a SavedModel directory, a directory of numbered versions (the latest counts) or an .onnx file; or from the registry.",
            CustomParser = ParseModels,
            Required = true,
        };
        var id = new Option<string?>("--id") { HelpName = "ID", Description = "The executor's name in traces (host:port)." };
        var httpPort = Number<int?>("--http-port", 0, 65535, "N", $"The port of REST on loopback, 0 for any (ASPNETCORE_URLS, else {ExecutorOptions.DefaultHttpPort}).");
        var grpcPort = Number<int?>("--grpc-port", 0, 65535, "N", $"The port of gRPC on the addresses of REST, 0 for any (GRPC_PORT, else {ExecutorOptions.DefaultGrpcPort}).");
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
            Description = "The registry (service discovery's).",
            CustomParser = ParseUrl,
        };
        var cache = new Option<DirectoryInfo?>("--cache") { HelpName = "DIR", Description = $"Where models of the registry are kept ({defaults.Cache})." };
        var parallel = Number<int?>("--max-parallel-runs", 1, 1024, "N", $"Runs at a time (the processors: {defaults.MaxParallelRuns}).");
        var queue = Number<int?>("--queue-limit", 0, 1_000_000, "N", $"Requests that may wait for a run; more are refused ({defaults.QueueLimit}).");
        var threads = Number<int?>("--intra-op-threads", 1, 1024, "N", $"Threads of one run ({defaults.IntraOpThreads}).");
        var load = Number<double?>("--load-timeout", 0.1, 86_400, "SECONDS", $"How long a model may take to become available ({defaults.LoadTimeout.TotalSeconds}).");
        var request = Number<double?>("--request-timeout", 0.001, 86_400, "SECONDS", $"The longest a request may take ({defaults.RequestTimeout.TotalSeconds}).");
        var bytes = Number<int?>("--max-request-bytes", 1, int.MaxValue, "N", $"The largest request ({defaults.MaxRequestBytes}).");

        var root = new RootCommand("Serves models over TensorFlow Serving's REST and gRPC API.")
        {
            models, id, httpPort, grpcPort, socket, registry, cache, parallel, queue, threads, load, request, bytes,
        };
        root.SetAction((result, cancellationToken) => run(
            new ExecutorOptions
            {
                Models = result.GetValue(models) ?? [],
                Id = result.GetValue(id),
                HttpPort = result.GetValue(httpPort),
                GrpcPort = result.GetValue(grpcPort),
                GrpcSocket = result.GetValue(socket) is { } path ? Path.GetFullPath(path) : null,
                Registry = result.GetValue(registry),
                Cache = result.GetValue(cache)?.FullName ?? defaults.Cache,
                MaxParallelRuns = result.GetValue(parallel) ?? defaults.MaxParallelRuns,
                QueueLimit = result.GetValue(queue) ?? defaults.QueueLimit,
                IntraOpThreads = result.GetValue(threads) ?? defaults.IntraOpThreads,
                LoadTimeout = Seconds(result.GetValue(load), defaults.LoadTimeout),
                RequestTimeout = Seconds(result.GetValue(request), defaults.RequestTimeout),
                MaxRequestBytes = result.GetValue(bytes) ?? defaults.MaxRequestBytes,
            },
            cancellationToken));
        return root;
    }

    private static TimeSpan Seconds(double? seconds, TimeSpan otherwise) =>
        seconds is { } given ? TimeSpan.FromSeconds(given) : otherwise;

    private static Option<T> Number<T>(string name, double least, double most, string helpName, string description)
    {
        var option = new Option<T>(name) { HelpName = helpName, Description = description };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<T>() is not IConvertible value)
            {
                return;
            }

            if (!(value.ToDouble(null) >= least && value.ToDouble(null) <= most))
            {
                result.AddError(string.Create(
                    System.Globalization.CultureInfo.InvariantCulture, $"{name} is {value}; it must be from {least} to {most}."));
            }
        });
        return option;
    }

    private static List<ModelSource>? ParseModels(ArgumentResult result)
    {
        var models = new List<ModelSource>();
        foreach (var token in result.Tokens)
        {
            if (!ModelSource.TryParse(token.Value, out var model, out var error))
            {
                result.AddError($"--model: {error}");
            }
            else if (model.Path is { } path && !Path.Exists(path))
            {
                result.AddError($"--model {model.Name}: '{path}' does not exist.");
            }
            else if (models.Any(other => other.Name == model.Name))
            {
                result.AddError($"--model: '{model.Name}' is named twice.");
            }
            else
            {
                models.Add(model);
            }
        }

        return models;
    }

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
