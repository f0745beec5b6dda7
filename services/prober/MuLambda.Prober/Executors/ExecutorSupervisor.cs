using Microsoft.Extensions.Options;
using MuLambda.Catalog.Http;
using MuLambda.Prober.Net;
using MuLambda.Prober.Options;
using MuLambda.ServiceDefaults.Discovery;

namespace MuLambda.Prober.Executors;

/// <summary>Runs one watcher an executor, and takes their registrations back when the prober stops.</summary>
internal sealed class ExecutorSupervisor : BackgroundService
{
    /// <summary>A status answer or a page of metrics is far smaller.</summary>
    private const long MaxAnswerBytes = 1024 * 1024;

    private readonly HttpClient _executors = Untraced.CreateClient(null, MaxAnswerBytes);
    private readonly IReadOnlyList<ExecutorWatcher> _watchers;

    public ExecutorSupervisor(
        IOptions<ProberOptions> options,
        ServiceEndpoints endpoints,
        RegistryClient registry,
        CatalogFeed feed,
        LaunchedExecutors launched,
        ProberMetrics metrics,
        TimeProvider time,
        ILogger<ExecutorWatcher> logger)
    {
        _watchers =
        [
            .. ExecutorTargets.Resolve(options.Value, endpoints)
                .Select(target => new ExecutorWatcher(
                    target, options.Value, _executors, registry, () => feed.Current, time, logger)),
        ];
        Follow(feed);
        metrics.ObserveExecutors(() => Current.Concat(launched.Current).Select(executor => executor.State));
    }

    /// <summary>The executors as last seen.</summary>
    public IReadOnlyList<ExecutorStatus> Current => [.. _watchers.Select(watcher => watcher.Current)];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_watchers.Select(watcher => watcher.DeregisterAsync(cancellationToken)));
    }

    public override void Dispose()
    {
        _executors.Dispose();
        base.Dispose();
    }

    // Whose model is deployed, or not any more, shall be known at once: between the one who served it and the next nobody does.
    private void Follow(CatalogFeed feed)
    {
        var before = feed.Current;
        feed.Changed += catalog =>
        {
            if (!ReferenceEquals(before.Deployments, catalog.Deployments) || OfferedModels.IsScaled(before) != OfferedModels.IsScaled(catalog))
            {
                foreach (var watcher in _watchers)
                {
                    watcher.Look();
                }
            }

            before = catalog;
        };
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_watchers.Select(watcher => watcher.RunAsync(stoppingToken)));
}
