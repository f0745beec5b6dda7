using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Scaler.Deciding;
using MuLambda.Scaler.Demand;
using MuLambda.Scaler.Following;
using MuLambda.Scaler.Leading;
using MuLambda.Scaler.Local;
using MuLambda.Scaler.Reconciling;
using MuLambda.Scaler.Status;
using MuLambda.Scaler.Telemetry;
using MuLambda.Scaling;
using MuLambda.ServiceDefaults;
using MuLambda.ServiceDefaults.Configuration;
using MuLambda.ServiceDefaults.Discovery;

namespace MuLambda.Scaler;

/// <summary>Puts the service together.</summary>
internal static partial class ScalerApplication
{
    private const string RegistryName = "registry";

    /// <summary>Builds the service.</summary>
    /// <param name="arguments">The command line.</param>
    /// <exception cref="CommandLineException">An argument is not an option, or has no value.</exception>
    public static WebApplication Create(IReadOnlyList<string> arguments)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(CommandLine.Parse(arguments));
        builder.AddServiceDefaults();
        var services = builder.Services;
        services.AddValidatedOptions<ScalerOptions>(ScalerOptions.Section)
            .Validate<ServiceEndpoints>(
                (options, endpoints) => options.Registry is not null || endpoints.GetAll(RegistryName).Count > 0,
                "Neither Scaler:Registry nor services:registry:http:0 says where the registry is.")
            .Validate(
                options => options.Executor is not null || ExecutorPrograms.Find() is not null,
                "The executor's program was not found; name it by Scaler:Executor.");
        services.TryAddSingleton(TimeProvider.System);
        AddCatalog(services);
        AddLauncher(services);
        services.AddSingleton<ScalerTelemetry>();
        services.AddSingleton<Leader>();
        services.AddSingleton(provider => new DemandAggregator(provider.GetRequiredService<TimeProvider>().GetElapsedTime(0).TotalMilliseconds));
        services.AddSingleton<DemandStreams>();
        services.AddSingleton<DecisionRecorder>();
        services.AddSingleton<ExecutorPublisher>();
        services.AddSingleton<ExecutorActivity>();
        services.AddSingleton<DeploymentScaler>();
        services.AddSingleton<Func<Deployment, IScalingPolicy>>(_ => PolicyOf);
        services.AddHealthChecks().AddCheck<CatalogHealth>("catalog");

        // They stop in the reverse order: first nothing is decided any more, then the lead is given up.
        services.AddHostedService<FeedRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<Leader>());
        services.AddHostedService(provider => provider.GetRequiredService<DemandStreams>());
        services.AddHostedService(provider => provider.GetRequiredService<DecisionRecorder>());
        services.AddHostedService<ScalerService>();

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapStatus();
        return app;
    }

    private static void AddCatalog(IServiceCollection services)
    {
        services.AddSingleton(provider => new RegistryClient(
            Untraced.CreateClient(RegistryOf(provider)), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new CatalogFeed(
            provider.GetRequiredService<RegistryClient>(),
            new CatalogFeedOptions { MaxBackoff = TimeSpan.FromSeconds(1) },
            provider.GetRequiredService<TimeProvider>()));
    }

    private static void AddLauncher(IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<ScalerOptions>>().Value;
            var groups = ControlGroups.TryCreate(
                options.ControlGroup, options.Processors, (long?)options.MemoryMegabytes << 20, out var why);
            if (why is not null)
            {
                LogNoLimits(provider.GetRequiredService<ILogger<LocalLauncher>>(), why);
            }

            return new LocalLauncher(
                new LocalLauncherOptions
                {
                    Node = options.Node,
                    State = Path.GetFullPath(options.State),
                    Program = options.Executor is { } program ? Path.GetFullPath(program) : ExecutorPrograms.Find()!,
                    Registry = RegistryOf(provider),
                    Cache = options.Cache is { } cache ? Path.GetFullPath(cache) : null,
                    Sockets = options.SocketDirectory is { } sockets ? Path.GetFullPath(sockets) : null,
                    KeepAlive = TimeSpan.FromSeconds(options.KeepAliveSeconds),
                    Arguments = [.. options.ExecutorArguments],
                },
                groups,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<LocalLauncher>>());
        });
        services.AddSingleton<ILauncher>(provider => provider.GetRequiredService<LocalLauncher>());
    }

    private static IScalingPolicy PolicyOf(Deployment deployment)
    {
        try
        {
            return ScalingPolicies.Create(deployment.Policy, deployment.Options);
        }
        catch (ArgumentException e)
        {
            return new UnusablePolicy(e.Message);
        }
    }

    private static Uri RegistryOf(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<ScalerOptions>>().Value.Registry ?? provider.GetRequiredService<ServiceEndpoints>().GetAll(RegistryName)[0];

    [LoggerMessage(1, LogLevel.Warning, "Executors run without limits of processors and memory; no control group can be set up: {Reason}")]
    private static partial void LogNoLimits(ILogger logger, string reason);
}
