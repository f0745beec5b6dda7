using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Prober.Net;
using MuLambda.Prober.Options;

namespace MuLambda.Prober.Coordinates;

/// <summary>
/// Registers the node with its probe endpoint and its coordinate, renews its lease, and takes the registration back in the end. The coordinate is
/// told when it moved clearly, and no more often than every few seconds: every change goes to every watcher.
/// </summary>
internal sealed partial class NodeRegistrar(
    OwnCoordinate own,
    RegistryClient registry,
    IServer server,
    IHostApplicationLifetime lifetime,
    IOptions<ProberOptions> options,
    TimeProvider time,
    ILogger<NodeRegistrar> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TellAtMostEvery = TimeSpan.FromSeconds(3);

    private readonly ProberOptions _options = options.Value;
    private Node? _registered;
    private long _toldAt;
    private long _renewedAt;
    private string? _error;

    /// <summary>Registers, tells what moved or renews the lease, whichever is due.</summary>
    internal async Task StepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        var node = new Node(_options.Node, ProbeEndpoint(), own.Told, _options.LeaseSeconds);
        try
        {
            if (_registered is null || (_registered != node && time.GetElapsedTime(_toldAt, now) >= TellAtMostEvery))
            {
                await CallAsync(token => registry.PutNodeAsync(node, token), cancellationToken);
                (_registered, _toldAt, _renewedAt) = (node, now, now);
            }
            else if (time.GetElapsedTime(_renewedAt, now) >= TimeSpan.FromSeconds(_options.LeaseSeconds / 3))
            {
                _registered = await CallAsync(token => registry.HeartbeatNodeAsync(_options.Node, token), cancellationToken)
                    ? _registered
                    : null;
                _renewedAt = now;
            }

            _error = null;
        }
        catch (Exception exception) when (IsOutside(exception))
        {
            if (_error != exception.Message)
            {
                LogNotTaken(exception.Message);
                _error = exception.Message;
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_registered is null)
        {
            return;
        }

        try
        {
            await CallAsync(token => registry.DeleteNodeAsync(_options.Node, token), cancellationToken);
        }
        catch (Exception exception) when (IsOutside(exception) || exception is OperationCanceledException)
        {
            // Its lease ends by itself.
            LogNotTaken(exception.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Only then is it known where the prober listens.
            await Task.Delay(Timeout.InfiniteTimeSpan, lifetime.ApplicationStarted).WaitAsync(stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (!stoppingToken.IsCancellationRequested)
            {
                await StepAsync(stoppingToken);
                await Task.Delay(Look, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private string? ProbeEndpoint() =>
        (_options.Advertise ?? Addresses.Reachable(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])) is { } address
            ? address.TrimEnd('/') + CoordinateEndpoint.Path
            : null;

    private Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        Deadline.WithinAsync(TimeSpan.FromSeconds(_options.PollTimeoutSeconds), time, call, cancellationToken);

    private static bool IsOutside(Exception exception) =>
        exception is RegistryException or HttpRequestException or TimeoutException or IOException;

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The registry does not take the node's registration; it is repeated: {Reason}")]
    private partial void LogNotTaken(string reason);
}
