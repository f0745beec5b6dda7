using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Scaler.Demand;
using MuLambda.Scaler.Leading;
using MuLambda.Scaler.Local;

namespace MuLambda.Scaler.Reconciling;

/// <summary>
/// Keeps the rounds going: one after whatever may ask for one, and every so often. It accompanies the executors of its state directory whether it leads or not,
/// but lets them go once another scaler has led for as long as they live alone: that one cannot retire them.
/// </summary>
internal sealed partial class ScalerService : BackgroundService
{
    private static readonly TimeSpan TakeOver = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly DeploymentScaler _scaler;
    private readonly LocalLauncher _launcher;
    private readonly Leader _leader;
    private readonly CatalogFeed _feed;
    private readonly ScalerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long? _otherLeadsSince;
    private int _asked;

    public ScalerService(
        DeploymentScaler scaler,
        LocalLauncher launcher,
        Leader leader,
        CatalogFeed feed,
        DemandStreams demand,
        ExecutorPublisher publisher,
        IOptions<ScalerOptions> options,
        TimeProvider time,
        ILogger<ScalerService> logger)
    {
        (_scaler, _launcher, _leader, _feed, _options, _time, _logger) = (scaler, launcher, leader, feed, options.Value, time, logger);
        launcher.Changed += Wake;
        leader.Changed += Ask;
        demand.ColdDemand += Ask;
        publisher.Written += Wake;

        // What executors report every second asks for nothing.
        var before = CatalogSnapshot.Empty;
        feed.Changed += catalog =>
        {
            if (!ReferenceEquals(before.Deployments, catalog.Deployments) || !ReferenceEquals(before.Models, catalog.Models))
            {
                Ask();
            }

            before = catalog;
        };
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_options.RetireOnExit)
        {
            await _scaler.RetireAllAsync();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!await _launcher.TryTakeOverAsync(stoppingToken))
            {
                await Task.Delay(TakeOver, _time, stoppingToken);
            }

            await Task.WhenAll(_launcher.RunAsync(stoppingToken), RoundsAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task RoundsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _scaler.RunOnceAsync(Interlocked.Exchange(ref _asked, 0) > 0, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // What nobody foresaw in one round must not keep all later ones from being tried.
                LogRoundFailed(e);
            }

            _launcher.KeepsAlive = !IsReplaced();
            await _wake.WaitAsync(_scaler.Revisit, cancellationToken);
        }
    }

    private bool IsReplaced()
    {
        var other = _leader.Token is null && _feed.IsConnected
            && _feed.Current.Leaderships.GetValueOrDefault(LeadershipHeader.Scaler) is { } leadership && leadership.Holder != _options.Id;
        _otherLeadsSince = other ? _otherLeadsSince ?? _time.GetTimestamp() : null;
        return _otherLeadsSince is { } since && _time.GetElapsedTime(since) >= TimeSpan.FromSeconds(_options.KeepAliveSeconds);
    }

    /// <summary>Something asks for decisions, not only for the next round.</summary>
    private void Ask()
    {
        Interlocked.Exchange(ref _asked, 1);
        Wake();
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // A round is due already.
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A round failed; the next one is tried as usual")]
    private partial void LogRoundFailed(Exception exception);
}
