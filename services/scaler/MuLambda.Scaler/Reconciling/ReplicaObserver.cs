using MuLambda.Catalog;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Reconciling;

/// <summary>
/// Puts together what the launcher lists and what the catalog says. Which replicas drain is known here and from the catalog, where the scaler before left it. Not
/// for concurrent use.
/// </summary>
/// <param name="node">The launcher's node.</param>
/// <param name="tag">What the ids of this launcher's executors carry.</param>
internal sealed class ReplicaObserver(string node, string tag)
{
    // An executor that runs but does not answer: its companion says that it failed. It may come back, but not for ever.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    // Since when the catalog says so; null while it does not yet.
    private readonly Dictionary<(string Executor, string Model), DateTimeOffset?> _draining = [];
    private readonly Dictionary<string, DateTimeOffset> _silent = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Whether an executor of the catalog is, or was, this launcher's.</summary>
    public bool IsOwn(Executor executor) => executor.Launch is not null && executor.Node == node && executor.Id.Contains(tag, StringComparison.Ordinal);

    /// <summary>A replica begins to drain.</summary>
    public void Drain(string executor, string model) => _draining[(executor, model)] = null;

    /// <summary>A replica no longer drains.</summary>
    public void Revive(string executor, string model) => _draining.Remove((executor, model));

    /// <summary>What there is now.</summary>
    /// <param name="launched">What the launcher lists.</param>
    /// <param name="catalog">The catalog.</param>
    /// <param name="isIdle">Whether an executor is known to have nothing to do.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<ObservedExecutor> Observe(
        IReadOnlyList<LaunchedExecutor> launched, CatalogSnapshot catalog, Func<string, bool> isIdle, DateTimeOffset now)
    {
        var observed = new List<ObservedExecutor>();
        foreach (var executor in launched)
        {
            var noun = catalog.Executors.GetValueOrDefault(executor.Id);
            if (_known.Add(executor.Id))
            {
                Remember(executor, noun);
            }

            var silent = IsSilent(executor.Id, noun, now);
            observed.Add(new ObservedExecutor(
                executor.Id,
                [.. executor.Models.Select(model => Observe(executor.Id, model, noun, silent, now))],
                executor.LaunchedAt,
                executor.IsListening,
                isIdle(executor.Id),
                IsOwn: true,
                executor.Ended));
        }

        Forget(launched);
        observed.AddRange(catalog.Executors.Values.Where(noun => noun.Launch is not null && !IsOwn(noun)).Select(noun => Foreign(noun, catalog)));
        return observed;
    }

    private ObservedReplica Observe(string executor, LaunchedModel model, Executor? noun, string? silent, DateTimeOffset now)
    {
        var key = (executor, model.Model.Name);
        if (_draining.TryGetValue(key, out var since))
        {
            // Selectors learn it from the catalog: its time begins when that says so, however long the registry is away.
            if (since is null && (noun is null || noun.State == ExecutorState.Draining || !noun.Models.Any(served => served.Name == model.Model.Name)))
            {
                _draining[key] = since = now;
            }

            return new ObservedReplica(model.Model, ReplicaState.Draining, since ?? now);
        }

        return model.Last switch
        {
            { Error: { } error } => new ObservedReplica(model.Model, ReplicaState.Failed, model.GivenAt, error),
            { Phase: LaunchPhase.Ready } when silent is not null => new ObservedReplica(model.Model, ReplicaState.Failed, model.GivenAt, silent),
            { Phase: LaunchPhase.Ready } ready => new ObservedReplica(model.Model, ReplicaState.Ready, ready.At),
            _ => new ObservedReplica(model.Model, ReplicaState.Starting, model.GivenAt),
        };
    }

    // What another scaler began is gone on with.
    private void Remember(LaunchedExecutor executor, Executor? noun)
    {
        foreach (var model in executor.Models.Where(model => model.Last?.Phase == LaunchPhase.Ready
            && noun is not null && (noun.State == ExecutorState.Draining || noun.Launch?.Deployments.Contains(model.Model.Name) is false)))
        {
            Drain(executor.Id, model.Model.Name);
        }
    }

    private string? IsSilent(string id, Executor? noun, DateTimeOffset now)
    {
        if (noun?.State != ExecutorState.Failed)
        {
            _silent.Remove(id);
            return null;
        }

        _silent.TryAdd(id, now);
        return now - _silent[id] >= LongestSilence ? noun.Reason ?? "It does not answer." : null;
    }

    private void Forget(IReadOnlyList<LaunchedExecutor> launched)
    {
        var ids = launched.Select(executor => executor.Id).ToHashSet(StringComparer.Ordinal);
        _known.IntersectWith(ids);
        foreach (var gone in _draining.Keys
            .Where(key => launched.FirstOrDefault(executor => executor.Id == key.Executor)?.Models.Any(model => model.Model.Name == key.Model) is not true).ToList())
        {
            _draining.Remove(gone);
        }

        foreach (var gone in _silent.Keys.Where(id => !ids.Contains(id)).ToList())
        {
            _silent.Remove(gone);
        }
    }

    private static ObservedExecutor Foreign(Executor noun, CatalogSnapshot catalog)
    {
        ReplicaState? state = noun.State switch
        {
            ExecutorState.Ready => ReplicaState.Ready,
            ExecutorState.Draining => ReplicaState.Draining,
            ExecutorState.Failed => null,
            _ => ReplicaState.Starting,
        };
        return new ObservedExecutor(
            noun.Id,
            state is { } known
                ? [.. noun.Launch!.Deployments.Select(model => new ObservedReplica(
                    new PlacedModel(model, catalog.Deployments.GetValueOrDefault(model)?.Version), known, noun.Launch.RequestedAt))]
                : [],
            noun.Launch!.RequestedAt,
            IsOwn: false);
    }
}
