using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MuLambda.ServiceDefaults.Telemetry;

/// <summary>Traces, metrics and logs over OTLP, when an endpoint is configured.</summary>
internal static class TelemetryExtensions
{
    /// <summary>The configuration key that switches the exporters on; the exporters read the rest themselves.</summary>
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The switch, on unless it is set, by which ASP.NET Core leaves the attributes of its spans to whoever exports them.</summary>
    private const string SilentServerSpans = "Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData";

    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "MuLambda.*"];

    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "MuLambda.*",
    ];

    internal static void AddMuLambdaTelemetry(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration[EndpointKey]))
        {
            return;
        }

        // Only then does the server's span say which request it is of, which HousekeepingFilter goes by.
        AppContext.SetSwitch(SilentServerSpans, false);

        var name = builder.Configuration["OTEL_SERVICE_NAME"] ?? builder.Environment.ApplicationName;

        // AddService sets the name last, or the environment's detector would be overruled by the assembly's name.
        void Describe(ResourceBuilder resource) => resource.AddService(name, autoGenerateServiceInstanceId: false).AddEnvironmentVariableDetector();

        // The providers would otherwise read environment variables only, the service's configuration being wider.
        void UseConfiguration(IServiceCollection services) => services.AddSingleton<IConfiguration>(builder.Configuration);

        builder.Logging.AddOpenTelemetry(logs =>
        {
            var resource = ResourceBuilder.CreateDefault();
            Describe(resource);
            logs.SetResourceBuilder(resource);
            logs.IncludeFormattedMessage = true;
            logs.IncludeScopes = true;
            logs.AddOtlpExporter();
        });
        builder.Services.AddHostedService(_ => new TelemetryLifetime(
            () => Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(UseConfiguration)
                .ConfigureResource(Describe)
                .AddSource(Sources)
                .AddProcessor(new HousekeepingFilter())
                .AddOtlpExporter()
                .Build(),
            () => Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(UseConfiguration)
                .ConfigureResource(Describe)
                .AddMeter(Meters)
                .AddOtlpExporter()
                .Build()));
    }
}
