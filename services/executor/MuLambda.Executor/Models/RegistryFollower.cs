using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Executor.Options;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Models;

/// <summary>
/// Follows the registry's change feed: which versions of the configured models there are, and which models the patterns
/// find. Until the registry has answered for the first time, the cache stands in for it.
/// </summary>
internal sealed partial class RegistryFollower(
    ModelManager models, RegistrySource source, ArtifactCache cache, IHttpClientFactory http, ExecutorOptions options, TimeProvider time,
    ILogger<RegistryFollower> logger) : IDisposable
{
    private static readonly TimeSpan LookSoon = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LookLater = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _look = new(0);
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _needed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CatalogFeed? _feed;
    private bool _usesCache;

    /// <summary>Looks now at what is known.</summary>
    public void Look()
    {
        if (models.Patterns.Count == 0 && models.Configured.All(model => model.Path is not null))
        {
            return;
        }

        _needed.TrySetResult();
        lock (_gate)
        {
            if (_feed is { Current: { Epoch: not null } current })
            {
                Apply([.. current.Models.Values], name => $"Waiting for the model: the registry does not know {name} yet.");
            }
            else if (_feed is { LastError: { } error })
            {
                var cached = cache.List();
                if (cached.Count > 0 && !_usesCache)
                {
                    LogCached(logger, cached.Count, error.Message);
                }

                _usesCache = cached.Count > 0;
                Apply(cached, name => $"Waiting for the registry, which does not give {name}: {error.Message}");
            }
            else
            {
                Apply([], name => $"Waiting for the registry to give {name}.");
            }
        }
    }

    /// <summary>
    /// Follows the feed from when a model of the registry is configured. An executor that is still empty follows it at once: the first model
    /// that it is given is known then.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!options.IsEmpty)
        {
            await _needed.Task.WaitAsync(cancellationToken);
        }

        var feed = new CatalogFeed(new RegistryClient(http.CreateClient(RegistrySource.Registry), time), time: time);
        var seen = feed.Current.Models;
        feed.Changed += snapshot =>
        {
            if (!ReferenceEquals(Interlocked.Exchange(ref seen, snapshot.Models), snapshot.Models))
            {
                _look.Release();
            }
        };
        lock (_gate)
        {
            _feed = feed;
        }

        var following = feed.RunAsync(cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            Look();

            // Now and then without a change too: a wait may have lasted too long, a registry may have failed to answer.
            await _look.WaitAsync(feed.Current.Epoch is null ? LookSoon : LookLater, cancellationToken);
        }

        await following;
    }

    public void Dispose() => _look.Dispose();

    private void Apply(IReadOnlyList<Model> known, Func<string, string> missing)
    {
        if (models.Patterns is { Count: > 0 } patterns)
        {
            models.SetFound(
            [
                .. known.Select(model => model.Name).Distinct(StringComparer.Ordinal)
                    .Select(name => (Name: name, Pattern: patterns.FirstOrDefault(pattern => pattern.Matches(name))))
                    .Where(found => found.Pattern is not null)
                    .Select(found => new ConfiguredModel(found.Name, null) { Policy = found.Pattern!.Policy }),
            ]);
        }

        var byName = known.ToLookup(model => model.Name, StringComparer.Ordinal);
        foreach (var model in models.Configured.Where(model => model.Path is null))
        {
            var versions = byName[model.Name].Select(version => new VersionSource(version.Version, new RegistryFiles(source, version))).ToList();
            models.SetVersions(model, versions, Missing(model, missing));
        }
    }

    private VersionStatus Missing(ConfiguredModel model, Func<string, string> missing)
    {
        var number = model.Policy.Versions is [var one, ..] ? one : 0;
        var reason = missing(number == 0 ? model.Name : $"{model.Name}@{number}");
        return models.SinceConfigured(model) < options.LoadTimeout
            ? new VersionStatus(number, ModelState.Loading, StatusCode.Ok, reason)
            : new VersionStatus(
                number, ModelState.End, StatusCode.DeadlineExceeded, $"Not available within {options.LoadTimeout.TotalSeconds} s. {reason}");
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The registry is away, {Count} versions of the cache stand in: {Reason}")]
    private static partial void LogCached(ILogger logger, int count, string reason);
}
