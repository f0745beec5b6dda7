using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MuLambda.ServiceDefaults.Telemetry;

/// <summary>Starts the providers before the service takes requests and flushes them after its last one.</summary>
/// <param name="createTracing">Starts tracing.</param>
/// <param name="createMetrics">Starts metering.</param>
internal sealed class TelemetryLifetime(Func<TracerProvider> createTracing, Func<MeterProvider> createMetrics)
    : IHostedLifecycleService, IDisposable
{
    private const int FlushTimeoutMs = 2000;

    private TracerProvider? _tracing;
    private MeterProvider? _metrics;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _tracing = createTracing();
        _metrics = createMetrics();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            _tracing?.ForceFlush(FlushTimeoutMs);
            _metrics?.ForceFlush(FlushTimeoutMs);
        },
        CancellationToken.None);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _tracing?.Dispose();
        _metrics?.Dispose();
    }
}
