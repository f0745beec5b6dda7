using MuLambda.Catalog;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Reconciling;

/// <summary>What the catalog says of launched executors.</summary>
internal static class ExecutorNouns
{
    private const double FailedLeaseSeconds = 600;

    /// <summary>An executor as the catalog shall have it; null for one that serves nothing, which nobody needs to know.</summary>
    /// <param name="launched">What the launcher tells of it.</param>
    /// <param name="observed">What its models do.</param>
    /// <param name="catalog">The catalog as it is.</param>
    /// <param name="node">Its node.</param>
    /// <param name="attemptOf">Which attempt a model's launch is, from 1.</param>
    public static Executor? Of(
        LaunchedExecutor launched, ObservedExecutor observed, CatalogSnapshot catalog, string node, Func<string, int> attemptOf)
    {
        var replicas = observed.Replicas.Where(replica => replica.State != ReplicaState.Failed).ToList();
        if (replicas.Count == 0)
        {
            return null;
        }

        var staying = replicas.Where(replica => replica.State != ReplicaState.Draining).ToList();
        var serving = staying.Where(replica => replica.State == ReplicaState.Ready).ToList();
        var shown = staying.Count == 0 ? replicas : serving.Count > 0 ? serving : staying;
        var state = staying.Count == 0 ? ExecutorState.Draining
            : serving.Count > 0 ? ExecutorState.Ready
            : launched.IsListening ? ExecutorState.Loading
            : ExecutorState.Pending;

        // The steps are those of the model that came last: it is the one that somebody waits for.
        var named = (staying.Count > 0 ? staying : replicas).Select(replica => replica.Model.Name).ToHashSet(StringComparer.Ordinal);
        var last = launched.Models.Where(model => named.Contains(model.Model.Name)).MaxBy(model => model.GivenAt)!;
        return new Executor(
            launched.Id,
            node,
            [.. shown.Select(replica => Reference(launched, replica.Model, catalog)).OfType<ModelReference>().Distinct()],
            launched.Endpoints,
            state,
            catalog.Executors.GetValueOrDefault(launched.Id)?.Load,
            Launch: new ExecutorLaunch(
                [.. launched.Models.Select(model => model.Model.Name).Where(named.Contains)], last.GivenAt, Steps(last), attemptOf(last.Model.Name)));
    }

    /// <summary>An executor that was given up, or that ended, with the reason.</summary>
    public static Executor Failed(
        LaunchedExecutor launched, string model, string reason, CatalogSnapshot catalog, string node, int attempt)
    {
        var given = launched.Models.FirstOrDefault(other => other.Model.Name == model)
            ?? new LaunchedModel(new PlacedModel(model), launched.LaunchedAt, []);
        return new Executor(
            launched.Id,
            node,
            Reference(launched, given.Model, catalog) is { } reference ? [reference] : [],
            launched.Endpoints,
            ExecutorState.Failed,
            Reason: reason,
            LeaseSeconds: FailedLeaseSeconds,
            Launch: new ExecutorLaunch([model], given.GivenAt, Steps(given), attempt));
    }

    /// <summary>The steps that a model reached, each once, in their order.</summary>
    public static IReadOnlyList<LaunchStep> Steps(LaunchedModel model)
    {
        var steps = new List<LaunchStep> { new(LaunchPhase.Pending, 0) };
        foreach (var progress in model.Progress.Where(progress => progress.Error is null))
        {
            if (progress.Phase > steps[^1].Phase)
            {
                steps.Add(new LaunchStep(progress.Phase, Math.Max(0, Math.Round((progress.At - model.GivenAt).TotalMilliseconds, 3))));
            }
        }

        return steps;
    }

    private static ModelReference? Reference(LaunchedExecutor launched, PlacedModel placed, CatalogSnapshot catalog)
    {
        var version = placed.Version
            ?? launched.Models.FirstOrDefault(model => model.Model == placed)?.Progress.LastOrDefault(progress => progress.Version is not null)?.Version
            ?? catalog.Models.Values.Where(model => model.Name == placed.Name).Max(model => (long?)model.Version);
        return version is { } known ? new ModelReference(placed.Name, known) : null;
    }
}
