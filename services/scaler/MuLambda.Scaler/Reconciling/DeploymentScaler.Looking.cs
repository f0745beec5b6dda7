using MuLambda.Catalog;
using MuLambda.Scaler.Deciding;
using MuLambda.Scaler.Telemetry;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Reconciling;

internal sealed partial class DeploymentScaler
{
    /// <summary>Learns how long launches took, each once.</summary>
    private void Learn(IReadOnlyList<LaunchedExecutor> launched, DateTimeOffset now)
    {
        foreach (var executor in launched)
        {
            foreach (var model in executor.Models)
            {
                if (model.Last is { Error: null, Phase: LaunchPhase.Ready } ready
                    && _served.Add((executor.Id, model.Model.Name, model.GivenAt)))
                {
                    _coldStarts.Add(model.Model.Name, (ready.At - model.GivenAt).TotalMilliseconds);
                    _telemetry.Ready(model.Model.Name, executor.Id, model.GivenAt, ready.At);
                    _failed.Remove(model.Model.Name);
                }
            }

            // That one with a model serves says nothing of those that are started without.
            if (executor is { IsListening: true, Models.Count: 0 })
            {
                _pool.Succeeded();
            }
        }

        _served.RemoveWhere(served => !launched.Any(executor => executor.Id == served.Executor));
        foreach (var gone in _attempts.Keys.Where(key => !launched.Any(executor => executor.Id == key.Executor)).ToList())
        {
            _attempts.Remove(gone);
        }
    }

    private void Forgive(DeploymentController controller, IReadOnlyList<ObservedExecutor> observed, string model, DateTimeOffset now)
    {
        if (controller.Backoff.Failures > 0 && Replicas(observed, model)
            .Any(replica => replica.State == ReplicaState.Ready && now - replica.Since >= TimeSpan.FromSeconds(_options.ForgivenSeconds)))
        {
            controller.Backoff.Succeeded();
        }
    }

    private void Publish(IReadOnlyList<LaunchedExecutor> launched, IReadOnlyList<ObservedExecutor> observed, CatalogSnapshot catalog, long token)
    {
        var wanted = _failed.Values.ToDictionary(noun => noun.Id, StringComparer.Ordinal);
        foreach (var executor in launched.Where(executor => executor.Ended is null))
        {
            var noun = ExecutorNouns.Of(
                executor,
                observed.First(other => other.Id == executor.Id),
                catalog,
                _launcher.Node,
                model => _attempts.GetValueOrDefault((executor.Id, model), 1));
            if (noun is not null)
            {
                wanted[noun.Id] = noun;
            }
        }

        _publisher.Publish(wanted, catalog, _observer.IsOwn, token);
    }

    private void Describe(CatalogSnapshot catalog, IReadOnlyList<ObservedExecutor> observed, bool isKnown)
    {
        _status = [.. catalog.Deployments.Values.OrderBy(deployment => deployment.Model, StringComparer.Ordinal).Select(deployment =>
        {
            var controller = _controllers.GetValueOrDefault(deployment.Model);
            return new DeploymentStatus(
                deployment.Model,
                controller?.Target?.Replicas,
                Count(observed, deployment.Model, ReplicaState.Ready),
                Count(observed, deployment.Model, ReplicaState.Starting),
                Count(observed, deployment.Model, ReplicaState.Draining),
                controller?.Target?.Reason ?? $"It is for node '{deployment.Node}'; this scaler launches on '{_launcher.Node}'.",
                isKnown,
                _coldStarts.Of(deployment.Model),
                controller?.Backoff.Failures ?? 0,
                controller?.Backoff.Reason);
        })];
        _telemetry.Replicas([.. _status.Select(status => new ReplicaCounts(status.Model, status.Desired ?? 0, status.Ready, status.Starting))]);
    }

    private static List<LaunchedExecutor> Draining(IReadOnlyList<LaunchedExecutor> launched, IReadOnlyList<ObservedExecutor> observed)
    {
        var draining = observed
            .Where(executor => executor.Replicas.Count > 0 && executor.Replicas.All(replica => replica.State == ReplicaState.Draining))
            .Select(executor => executor.Id).ToHashSet(StringComparer.Ordinal);
        return [.. launched.Where(executor => draining.Contains(executor.Id) && executor.Ended is null)];
    }

    private static IEnumerable<ObservedReplica> Replicas(IReadOnlyList<ObservedExecutor> observed, string model) =>
        observed.Where(executor => executor.Ended is null).SelectMany(executor => executor.Replicas).Where(replica => replica.Model.Name == model);

    private static int Count(IReadOnlyList<ObservedExecutor> observed, string model, ReplicaState state) =>
        Replicas(observed, model).Count(replica => replica.State == state);

    private static long? MemoryOf(CatalogSnapshot catalog, Deployment deployment) => catalog.Models.Values
        .Where(model => model.Name == deployment.Model && (deployment.Version is null || model.Version == deployment.Version))
        .MaxBy(model => model.Version) is { } known
            ? ModelMemory.Estimate(known.Bytes)
            : null;

    private DeploymentController ControllerOf(string model)
    {
        if (!_controllers.TryGetValue(model, out var controller))
        {
            _controllers.Add(model, controller = new DeploymentController(_createPolicy, CreateBackoff()));
        }

        return controller;
    }

    private LaunchBackoff CreateBackoff() =>
        new(TimeSpan.FromSeconds(_options.BackoffSeconds), TimeSpan.FromSeconds(_options.MaxBackoffSeconds), Random.Shared);

    [LoggerMessage(1, LogLevel.Information, "Executor {Executor} finishes what it has of {Model}")]
    private partial void LogDraining(string executor, string model);

    [LoggerMessage(2, LogLevel.Warning, "A launch of {Model} failed: {Reason}")]
    private partial void LogFailed(string model, string reason);
}
