using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MuLambda.Executor.Grpc;
using MuLambda.Executor.Launching;
using MuLambda.Executor.Metrics;
using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Prediction;
using MuLambda.Executor.Rest;
using MuLambda.Executor.Scheduling;
using MuLambda.Executor.Synthetic;
using MuLambda.ServiceDefaults;
using MuLambda.ServiceDefaults.Discovery;
using MuLambda.Timing;

namespace MuLambda.Executor.Hosting;

/// <summary>Puts the executor together.</summary>
internal static partial class ExecutorApplication
{
    // What is empty here overrides the environment.
    private static readonly string[] NoTelemetry = ["--OTEL_EXPORTER_OTLP_ENDPOINT="];

    /// <summary>Builds the application; starting it listens and loads the models.</summary>
    /// <param name="options">What the command line asks for.</param>
    /// <param name="configure">Changes the builder before anything is added to it that it may override.</param>
    /// <param name="withTelemetry">False for one whose traces and metrics are nobody's business.</param>
    /// <exception cref="InvalidOperationException">The configuration cannot be served; the message says why.</exception>
    public static WebApplication Build(ExecutorOptions options, Action<WebApplicationBuilder>? configure = null, bool withTelemetry = true)
    {
        var builder = WebApplication.CreateSlimBuilder(withTelemetry ? [] : NoTelemetry);
        builder.AddServiceDefaults();
        configure?.Invoke(builder);

        var services = builder.Services;
        var endpoints = new ExecutorEndpoints();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(endpoints);
        services.AddSingleton<PhasesFile>();
        services.AddSingleton<MemoryBudget>();
        services.AddSingleton<ModelCounters>();
        services.AddSingleton<WarmUp>();
        services.AddSingleton<VersionLoader>();
        services.AddSingleton<ModelManager>();
        services.AddSingleton<ModelConfigFile>();
        services.AddSingleton<PathSource>();
        services.AddSingleton<RegistryFollower>();
        services.AddSingleton(new RunGate(options.MaxParallelRuns, options.QueueLimit));
        services.AddSingleton(new AdmissionGate(AdmissionGate.LimitOf(options.MaxParallelRuns, options.QueueLimit)));
        services.AddSingleton<ExecutorMetrics>();
        services.AddSingleton<PreciseTimer>();
        services.AddSingleton<SyntheticModels>();
        services.AddSingleton<ExecutorIdentity>();
        services.AddSingleton<Predictor>();
        services.AddSingleton<ExamplePredictor>();
        services.AddSingleton(new ArtifactCache(options.Cache));
        services.AddSingleton<CacheKeeper>();
        services.AddSingleton<RegistrySource>();
        services.AddHostedService<ModelLoading>();
        services.AddHostedService<KeepAlive>();
        services.AddHealthChecks().AddCheck<ModelsHealthCheck>("models");
        services.AddHttpClient(RegistrySource.Registry, client =>
            client.BaseAddress = options.Registry ?? new Uri($"http://{RegistrySource.Registry}"));

        services.Configure<SocketTransportOptions>(sockets =>
        {
            sockets.CreateBoundListenSocket = UnixSocketFile.Bind;

            // The thread pool's thread that a socket's completion comes on reads and parses too, instead of handing over to
            // another: a third of the way of a small call. Model runs of HTTP/2 calls have threads of their own anyway.
            sockets.UnsafePreferInlineScheduling = true;

            // A buffer of 4 KiB for a connection that is silent is less than a system call for each read.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        });

        // Kestrel warns that its endpoints are set in code; they are, from the same ASPNETCORE_URLS.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);
        builder.WebHost.ConfigureKestrel((context, kestrel) => endpoints.Configure(kestrel, options, context.Configuration));

        var app = builder.Build();
        RequireRegistry(app, options);
        RequireSynthetic(options);
        app.UseReplyDelay(options.ReplyDelay, app.Services.GetRequiredService<PreciseTimer>());
        app.MapDefaultEndpoints();
        app.MapTensorFlowServingRest();
        PredictionServiceEndpoints.Map(app);
        ModelServiceEndpoints.Map(app);
        HealthEndpoints.Map(app);
        app.Lifetime.ApplicationStarted.Register(() => Announce(app, endpoints, options));
        return app;
    }

    // A model that can never come is an error of the start, not something to wait for.
    private static void RequireRegistry(WebApplication app, ExecutorOptions options)
    {
        if (options.Registry is null
            && (options.Models.FirstOrDefault(model => model.Path is null)?.ToString()
                ?? options.Configured().FirstOrDefault(model => model.Path is null)?.Name) is { } model
            && app.Services.GetRequiredService<ServiceEndpoints>().GetAll(RegistrySource.Registry).Count == 0)
        {
            throw new InvalidOperationException(
                $"--model {model} is the registry's, and no registry is configured: give --registry URL, or NAME=PATH.");
        }
    }

    private static void RequireSynthetic(ExecutorOptions options)
    {
        // Of models that are added while it runs, nobody knows the names yet.
        if (!options.IsEmpty && options.Synthetic.Keys.FirstOrDefault(name => !options.Configured().Any(model => model.Name == name)
            && !options.Patterns().Any(pattern => pattern.Matches(name))) is { } unknown)
        {
            throw new InvalidOperationException($"--synthetic {unknown}: there is no model {unknown}.");
        }
    }

    private static void Announce(WebApplication app, ExecutorEndpoints endpoints, ExecutorOptions options)
    {
        app.Services.GetRequiredService<ExecutorIdentity>().Id = options.Id ?? endpoints.HostAndPort;
        var (rest, grpc) = (string.Join(", ", endpoints.Rest), string.Join(", ", endpoints.Grpc));
        LogListening(app.Logger, rest, grpc);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "REST on {Rest}; gRPC on {Grpc}")]
    private static partial void LogListening(ILogger logger, string rest, string grpc);
}
