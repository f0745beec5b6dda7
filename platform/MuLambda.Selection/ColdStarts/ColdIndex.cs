using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// The deployments by what their models do, those that no executor is ready to serve apart, and what starts took. Not for concurrent use; what it makes is immutable.
/// </summary>
/// <remarks>
/// A start's age is counted by the selector's own clock, from when the feed first showed it and the step it had reached by then: the launcher's clock may
/// differ from this one.
/// </remarks>
internal sealed class ColdIndex(TimeProvider time)
{
    private static readonly Dictionary<Traits, ColdCandidate[]> None = [];

    private readonly ColdStartTimes _times = new();

    // When each start that is under way began, by executor.
    private readonly Dictionary<string, (DateTimeOffset Requested, double StartedMs)> _starts = new(StringComparer.Ordinal);

    // The starts that were learned from, by executor.
    private readonly Dictionary<string, DateTimeOffset> _learned = new(StringComparer.Ordinal);

    private readonly Dictionary<ModelReference, Deployed> _byVersion = [];
    private readonly Dictionary<string, Deployed> _byName = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, Model>? _models;
    private IReadOnlyDictionary<string, Deployment>? _deployments;
    private IReadOnlyDictionary<string, Executor>? _executors;

    /// <summary>The cold candidates by traits, in order of their names.</summary>
    public Dictionary<Traits, ColdCandidate[]> Candidates { get; private set; } = None;

    /// <summary>What the other deployments are once their executors fail, which selectors see before the catalog says so.</summary>
    public Dictionary<Traits, ColdCandidate[]> Served { get; private set; } = None;

    /// <summary>Takes in the catalog as it is now.</summary>
    /// <param name="models">The models by <c>name@version</c>.</param>
    /// <param name="executors">The executors by id.</param>
    /// <param name="deployments">The deployments by their model's name.</param>
    /// <param name="trackOf">What was learned of a model.</param>
    public void Update(
        IReadOnlyDictionary<string, Model> models,
        IReadOnlyDictionary<string, Executor> executors,
        IReadOnlyDictionary<string, Deployment> deployments,
        Func<Model, ModelTrack> trackOf)
    {
        if (deployments.Count == 0)
        {
            Clear();
            return;
        }

        var sameDeployed = ReferenceEquals(models, _models) && ReferenceEquals(deployments, _deployments);
        if (sameDeployed && ReferenceEquals(executors, _executors))
        {
            return;
        }

        // An update that fails midway must leave nothing that the next one goes by.
        (_models, _deployments, _executors) = (null, null, null);
        if (!sameDeployed)
        {
            Resolve(models, deployments);
        }

        Follow(executors, models, time.GetTimestamp() * (1000.0 / time.TimestampFrequency));
        Candidates = Cold(trackOf, isServed: false);
        Served = Cold(trackOf, isServed: true);
        (_models, _deployments, _executors) = (models, deployments, executors);
    }

    private void Clear()
    {
        (Candidates, Served) = (None, None);
        _starts.Clear();
        _learned.Clear();
        (_models, _deployments, _executors) = (null, null, null);
    }

    private void Resolve(IReadOnlyDictionary<string, Model> models, IReadOnlyDictionary<string, Deployment> deployments)
    {
        _times.Keep(models);
        _byVersion.Clear();
        _byName.Clear();
        foreach (var model in models.Values)
        {
            if (deployments.TryGetValue(model.Name, out var deployment)
                && (deployment.Version is { } version
                    ? model.Version == version
                    : !_byName.TryGetValue(model.Name, out var newest) || newest.Model.Version < model.Version))
            {
                _byName[model.Name] = new Deployed(deployment, model);
            }
        }

        foreach (var deployed in _byName.Values)
        {
            _byVersion[deployed.Reference] = deployed;
        }
    }

    private void Follow(IReadOnlyDictionary<string, Executor> executors, IReadOnlyDictionary<string, Model> models, double nowMs)
    {
        foreach (var deployed in _byName.Values)
        {
            deployed.Begin();
        }

        foreach (var executor in executors.Values)
        {
            switch (executor.State)
            {
                case ExecutorState.Ready:
                    Learn(executor, models);
                    foreach (var reference in executor.Models)
                    {
                        if (_byVersion.TryGetValue(reference, out var served))
                        {
                            served.IsReady = true;
                        }
                    }

                    break;
                case ExecutorState.Pending or ExecutorState.Loading:
                    var startedMs = StartOf(executor, nowMs);
                    foreach (var deployed in DeployedOf(executor))
                    {
                        deployed.Starting(startedMs);
                    }

                    break;
                case ExecutorState.Failed:
                    foreach (var deployed in DeployedOf(executor))
                    {
                        deployed.Failed(executor);
                    }

                    break;
            }
        }

        Forget(_starts, executors);
        Forget(_learned, executors);
    }

    private IEnumerable<Deployed> DeployedOf(Executor executor) =>
        executor.Launch is { } launch
            ? launch.Deployments.Select(name => _byName.GetValueOrDefault(name)).OfType<Deployed>()
            : _byName.Values.Where(deployed => executor.Models.Contains(deployed.Reference));

    private double StartOf(Executor executor, double nowMs)
    {
        var requested = executor.Launch?.RequestedAt ?? default;
        var startedMs = nowMs - (executor.Launch?.Steps is [.., var last] ? Math.Max(0, last.AtMs) : 0);
        if (_starts.TryGetValue(executor.Id, out var known) && known.Requested == requested)
        {
            startedMs = Math.Min(startedMs, known.StartedMs);
        }

        _starts[executor.Id] = (requested, startedMs);
        return startedMs;
    }

    // Once for each launch: a model that joins an executor later did not take what the executor did.
    private void Learn(Executor executor, IReadOnlyDictionary<string, Model> models)
    {
        if (executor.Launch is not { } launch || launch.Steps is not [.., { Phase: LaunchPhase.Ready, AtMs: var tookMs }]
            || (_learned.TryGetValue(executor.Id, out var requested) && requested == launch.RequestedAt))
        {
            return;
        }

        foreach (var reference in executor.Models)
        {
            if (launch.Deployments.Contains(reference.Name) && models.TryGetValue(reference.ToString(), out var model))
            {
                _times.Observe(model, tookMs);
                _learned[executor.Id] = launch.RequestedAt;
            }
        }
    }

    private Dictionary<Traits, ColdCandidate[]> Cold(Func<Model, ModelTrack> trackOf, bool isServed)
    {
        var cold = new List<ColdCandidate>();
        foreach (var deployed in _byName.Values)
        {
            if (deployed.IsReady == isServed)
            {
                cold.Add(new ColdCandidate(
                    deployed.Deployment, deployed.Model, trackOf(deployed.Model), _times.ExpectedMs(deployed.Model), deployed.StartedMs,
                    double.IsNaN(deployed.StartedMs) && !isServed ? deployed.Failure : null, isServed));
            }
        }

        return cold.Count == 0 ? None : cold.OrderBy(c => c.Model.Name, StringComparer.Ordinal)
            .GroupBy(c => c.Model.Traits).ToDictionary(group => group.Key, group => group.ToArray());
    }

    private static void Forget<T>(Dictionary<string, T> known, IReadOnlyDictionary<string, Executor> executors)
    {
        foreach (var id in known.Keys.Where(id => !executors.ContainsKey(id)).ToList())
        {
            known.Remove(id);
        }
    }

    /// <summary>A deployment, the version it serves, and what its executors are doing.</summary>
    private sealed class Deployed(Deployment deployment, Model model)
    {
        private DateTimeOffset _failedLaunch;

        public Deployment Deployment { get; } = deployment;

        public Model Model { get; } = model;

        public ModelReference Reference { get; } = model.Reference;

        public bool IsReady { get; set; }

        public double StartedMs { get; private set; }

        public string? Failure { get; private set; }

        public void Begin() => (IsReady, StartedMs, Failure, _failedLaunch) = (false, double.NaN, null, DateTimeOffset.MinValue);

        // The one that began first is the one that requests wait for.
        public void Starting(double startedMs) => StartedMs = double.IsNaN(StartedMs) ? startedMs : Math.Min(StartedMs, startedMs);

        public void Failed(Executor executor)
        {
            var launched = executor.Launch?.RequestedAt ?? DateTimeOffset.MinValue;
            if (Failure is null || launched >= _failedLaunch)
            {
                _failedLaunch = launched;
                Failure = string.IsNullOrWhiteSpace(executor.Reason) ? $"{executor.Id} failed" : $"{executor.Id} failed: {executor.Reason}";
            }
        }
    }
}
