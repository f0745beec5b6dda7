using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Scaling;

namespace MuLambda.Selector;

/// <summary>
/// Has the trackers follow the catalog, and tells the registry how the objectives stand here when that is news. No request waits for it; what the
/// registry did not take is told again with the newest figures.
/// </summary>
internal sealed partial class SloReporter(
    SloTrackers trackers,
    CatalogFollower catalog,
    RegistryClient registry,
    IMeterFactory meters,
    IOptions<SelectorOptions> options,
    IOptions<SloOptions> sloOptions,
    TimeProvider time,
    ILogger<SloReporter> logger) : BackgroundService
{
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(2);

    // How often alerts are looked at; windows of milliseconds are for tests.
    private static readonly TimeSpan LongestPace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestPace = TimeSpan.FromMilliseconds(50);

    private readonly string _selector = options.Value.Id;
    private readonly TimeSpan _pace = TimeSpan.FromTicks(
        Math.Max(ShortestPace.Ticks, (long)(LongestPace.Ticks * sloOptions.Value.WindowScale)));

    private string? _error;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        SloTelemetry.Observe(meters, trackers, _selector);
        catalog.SnapshotChanged += () => trackers.Update(catalog.Clients);
        trackers.Update(catalog.Clients);
        var outbox = new SloOutbox(trackers, _selector, time);
        try
        {
            while (true)
            {
                await trackers.Any.WaitAsync(stoppingToken);
                await ReportAsync(outbox, stoppingToken);
                await Task.Delay(_pace, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task ReportAsync(SloOutbox outbox, CancellationToken cancellationToken)
    {
        foreach (var news in outbox.Collect(catalog.Slos).Chunk(CatalogLimits.SloReports))
        {
            SloReport[] reports = [.. news.Select(tracker => tracker.Report(_selector))];
            if (!await TryAsync(reports, cancellationToken))
            {
                return;
            }

            foreach (var (tracker, report) in news.Zip(reports))
            {
                outbox.Taken(tracker, report);
            }
        }
    }

    private async Task<bool> TryAsync(SloReport[] reports, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(LongestCall, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await registry.PutSlosAsync(_selector, reports, either.Token);
            _error = null;
            return true;
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var reason = deadline.IsCancellationRequested ? $"no answer within {LongestCall.TotalSeconds:0.##} s" : exception.Message;
            if (_error != reason)
            {
                LogNotTaken(reason);
                _error = reason;
            }

            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The registry does not take the reports on objectives ({Reason}); they are told again")]
    private partial void LogNotTaken(string reason);
}
