using MuLambda.Client;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MuLambda.Cli.Telemetry;

/// <summary>Sends the command's spans over OTLP before the command ends.</summary>
internal sealed class TraceExport(string? serviceName) : IDisposable
{
    // A collector that is away must not keep the command from ending.
    private const int FlushTimeoutMs = 2000;

    private readonly TracerProvider _provider = Sdk.CreateTracerProviderBuilder()
        .ConfigureResource(resource => resource
            .AddService(string.IsNullOrWhiteSpace(serviceName) ? "mulambda" : serviceName, autoGenerateServiceInstanceId: false)
            .AddEnvironmentVariableDetector())
        .AddSource(ClientTelemetry.SourceName, "System.Net.Http")
        .AddOtlpExporter()
        .Build();

    public void Dispose()
    {
        _provider.Shutdown(FlushTimeoutMs);
        _provider.Dispose();
    }
}
