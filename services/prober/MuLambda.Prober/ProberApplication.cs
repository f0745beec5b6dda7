using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MuLambda.Catalog.Http;
using MuLambda.Prober.Coordinates;
using MuLambda.Prober.Executors;
using MuLambda.Prober.Net;
using MuLambda.Prober.Options;
using MuLambda.Prober.Probes;
using MuLambda.Prober.Status;
using MuLambda.ServiceDefaults;
using MuLambda.ServiceDefaults.Configuration;
using MuLambda.ServiceDefaults.Discovery;
using MuLambda.Timing;

namespace MuLambda.Prober;

/// <summary>Puts the prober together.</summary>
internal static class ProberApplication
{
    private const long MaxRegistryAnswerBytes = 16 * 1024 * 1024;

    /// <summary>Builds the service.</summary>
    /// <param name="arguments">What the command line gave.</param>
    /// <param name="configure">Changes the builder before it builds; null for nothing.</param>
    /// <returns>The service, not started.</returns>
    public static WebApplication Build(ProberArguments arguments, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder();
        if (arguments.Urls is { } urls)
        {
            builder.WebHost.UseUrls(urls);
        }

        builder.AddServiceDefaults();
        configure?.Invoke(builder);

        var services = builder.Services;
        services.AddValidatedOptions<ProberOptions>(ProberOptions.Section).PostConfigure(arguments.ApplyTo);
        services.AddSingleton<IValidateOptions<ProberOptions>, ProberOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ProberMetrics>();
        services.AddSingleton(CreateRegistryClient);
        services.AddSingleton(provider => new CatalogFeed(
            provider.GetRequiredService<RegistryClient>(), time: provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PreciseTimer>();
        services.AddSingleton<ProbeConnections>();
        services.AddSingleton<ProbeTable>();
        services.AddSingleton<OwnCoordinate>();
        services.AddSingleton<ClientChooser>();
        services.AddSingleton<PeerProber>();
        services.AddSingleton<ExecutorSupervisor>();
        services.AddSingleton<LaunchedExecutors>();

        // They stop in the reverse order, so the registrations are taken back while everything else is quiet.
        services.AddHostedService(provider => provider.GetRequiredService<ExecutorSupervisor>());
        services.AddHostedService(provider => provider.GetRequiredService<LaunchedExecutors>());
        services.AddHostedService<FeedRunner>();
        services.AddHostedService<ProbeScheduler>();
        services.AddHostedService<LatencyReporter>();
        services.AddHostedService(provider => provider.GetRequiredService<PeerProber>());
        services.AddHostedService<NodeRegistrar>();

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapStatus();
        app.MapCoordinate();
        return app;
    }

    private static RegistryClient CreateRegistryClient(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<ProberOptions>>().Value;
        var url = options.Registry is { } given
            ? new Uri(given)
            : provider.GetRequiredService<ServiceEndpoints>().GetAll("registry")[0];

        // Lives as long as the process.
        var http = Untraced.CreateClient(Untraced.AsBase(url), MaxRegistryAnswerBytes);
        return new RegistryClient(http, provider.GetRequiredService<TimeProvider>());
    }
}
