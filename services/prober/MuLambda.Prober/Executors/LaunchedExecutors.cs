using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using MuLambda.Catalog.Http;
using MuLambda.Prober.Net;
using MuLambda.Prober.Options;

namespace MuLambda.Prober.Executors;

/// <summary>Runs one watcher for each executor of this node that a scaler launched, as the catalog tells of them.</summary>
internal sealed class LaunchedExecutors(
    IOptions<ProberOptions> options, RegistryClient registry, CatalogFeed feed, TimeProvider time, ILogger<LaunchedWatcher> logger) : BackgroundService
{
    private const long MaxAnswerBytes = 1024 * 1024;

    private readonly HttpClient _executors = Untraced.CreateClient(null, MaxAnswerBytes);
    private readonly ConcurrentDictionary<string, LaunchedWatcher> _watchers = new(StringComparer.Ordinal);

    /// <summary>The executors as last seen.</summary>
    public IReadOnlyList<ExecutorStatus> Current => [.. _watchers.Values.Select(watcher => watcher.Current).OrderBy(status => status.Id, StringComparer.Ordinal)];

    public override void Dispose()
    {
        _executors.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var catalog in feed.SnapshotsAsync(stoppingToken))
            {
                foreach (var executor in catalog.Executors.Values.Where(executor => LaunchedWatcher.IsFor(executor, options.Value.Node)))
                {
                    if (!_watchers.ContainsKey(executor.Id))
                    {
                        var watcher = new LaunchedWatcher(executor, options.Value, _executors, registry, () => feed.Current, time, logger);
                        _watchers[executor.Id] = watcher;
                        _ = WatchAsync(executor.Id, watcher, stoppingToken);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task WatchAsync(string id, LaunchedWatcher watcher, CancellationToken cancellationToken)
    {
        await watcher.RunAsync(cancellationToken);
        _watchers.TryRemove(id, out _);
    }
}
