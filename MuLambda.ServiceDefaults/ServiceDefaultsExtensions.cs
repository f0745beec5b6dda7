using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MuLambda.ServiceDefaults.Discovery;
using MuLambda.ServiceDefaults.Health;
using MuLambda.ServiceDefaults.Logging;
using MuLambda.ServiceDefaults.Resilience;
using MuLambda.ServiceDefaults.Telemetry;

namespace MuLambda.ServiceDefaults;

/// <summary>What every service of MuLambda shares.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>The longest a service takes to finish what it has after SIGTERM; the host kills it after 10 s.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Adds telemetry, health checks, service discovery and a resilience pipeline for every
    /// <see cref="HttpClient"/> that comes from the factory.
    /// </summary>
    /// <param name="builder">The service's builder.</param>
    /// <returns>The same builder.</returns>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.AddQuietLogging();
        builder.AddMuLambdaTelemetry();
        builder.Services.AddMuLambdaHealthChecks();
        builder.Services.AddServiceDiscovery();
        builder.Services.AddProblemDetails();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.ConfigureHttpClientDefaults(client =>
        {
            // Discovery lies inside the retries, so that each attempt may go to another instance.
            client.AddStandardResilience();
            client.AddServiceDiscovery();

            // The services lie side by side; a proxy of the environment leads elsewhere.
            client.UseSocketsHttpHandler((handler, _) => handler.UseProxy = false);
        });
        return builder;
    }

    /// <summary>Maps <c>/health</c> (ready to serve) and <c>/alive</c> (the process answers).</summary>
    /// <param name="app">The service.</param>
    /// <returns>The same service.</returns>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);

        app.MapMuLambdaHealthChecks();
        return app;
    }
}
