using MuLambda.Catalog.Http;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>
/// Follows the registry's feed and swaps the snapshot that requests select from. While the registry is away the last one stays.
/// </summary>
internal sealed partial class CatalogFollower(
    CatalogFeed feed, SelectionIndex index, ExecutorConnections connections, ILogger<CatalogFollower> logger) : BackgroundService
{
    private volatile SelectionSnapshot? _snapshot;

    /// <summary>What to select from; null until the catalog has arrived for the first time.</summary>
    public SelectionSnapshot? Snapshot => _snapshot;

    /// <summary>Called after each new snapshot, on the feed's thread.</summary>
    public event Action? SnapshotChanged;

    public bool IsConnected => feed.IsConnected;

    public string? LastError => feed.LastError?.Message;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        feed.ConnectionChanged += connected =>
        {
            if (connected)
            {
                LogConnected(logger);
            }
            else if (!stoppingToken.IsCancellationRequested)
            {
                LogAway(logger, feed.LastError?.Message ?? "the feed ended");
            }
        };
        await Task.WhenAll(feed.RunAsync(stoppingToken), FollowAsync(stoppingToken));
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Changes that come while one is indexed are taken together.
            await foreach (var catalog in feed.SnapshotsAsync(stoppingToken))
            {
                if (catalog.Epoch is null)
                {
                    continue;
                }

                _snapshot = index.Update(
                    catalog.Revision, catalog.Models, catalog.Executors, catalog.Clients, catalog.Latencies);
                connections.Keep(catalog.Executors);
                SnapshotChanged?.Invoke();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service ends.
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The registry's feed is connected")]
    private static partial void LogConnected(ILogger logger);

    [LoggerMessage(2, LogLevel.Warning, "The registry's feed is away ({Reason}); selecting from the last snapshot")]
    private static partial void LogAway(ILogger logger, string reason);
}
