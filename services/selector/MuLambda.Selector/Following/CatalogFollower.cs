using MuLambda.Catalog;
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
    private volatile IReadOnlyDictionary<string, Client> _clients = CatalogSnapshot.Empty.Clients;

    /// <summary>What to select from; null until the catalog has arrived for the first time.</summary>
    public SelectionSnapshot? Snapshot => _snapshot;

    /// <summary>The selectors that share the executors, this one among them once it is registered, by id.</summary>
    public IReadOnlyDictionary<string, SelectorReplica> Selectors => feed.Current.Selectors;

    /// <summary>The clients of the last snapshot by id.</summary>
    public IReadOnlyDictionary<string, Client> Clients => _clients;

    /// <summary>The reports on objectives that the registry has, as far as it is known.</summary>
    public IReadOnlyDictionary<string, SloReport> Slos => feed.Current.Slos;

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

        // Where either ends by a fault the service must not go on as if it were followed: the host ends with it.
        await foreach (var ended in Task.WhenEach(feed.RunAsync(stoppingToken), FollowAsync(stoppingToken)))
        {
            await ended;
        }
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

                try
                {
                    _clients = catalog.Clients;
                    _snapshot = index.Update(
                        catalog.Revision, catalog.Models, catalog.Executors, catalog.Clients, catalog.Latencies, catalog.Nodes,
                        catalog.Selectors, catalog.Deployments);
                    connections.Keep(catalog.Executors);
                    SnapshotChanged?.Invoke();
                }
                catch (Exception e)
                {
                    // One catalog that cannot be taken in must not keep all later ones out.
                    LogNotTaken(logger, catalog.Revision, e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service ends.
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The registry's feed is connected")]
    private static partial void LogConnected(ILogger logger);

    [LoggerMessage(3, LogLevel.Error, "The catalog of revision {Revision} could not be taken in; the next one is tried")]
    private static partial void LogNotTaken(ILogger logger, long revision, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "The registry's feed is away ({Reason}); selecting from the last snapshot")]
    private static partial void LogAway(ILogger logger, string reason);
}
