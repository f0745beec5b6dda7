namespace MuLambda.Scaling;

/// <summary>What was launched as it will be once the actions so far are done.</summary>
internal sealed class ReconcilePlan
{
    private readonly Dictionary<string, ObservedExecutor> _executors;
    private readonly List<ReconcileAction> _actions = [];

    public ReconcilePlan(IEnumerable<ObservedExecutor> executors) =>
        _executors = executors.ToDictionary(executor => executor.Id, StringComparer.Ordinal);

    public IReadOnlyList<ReconcileAction> Actions => _actions;

    public ObservedExecutor this[string id] => _executors[id];

    /// <summary>The executors that are this launcher's, as a list that changes do not touch.</summary>
    public List<ObservedExecutor> Own() =>
        [.. _executors.Values.Where(executor => executor.IsOwn).OrderBy(executor => executor.Id, StringComparer.Ordinal)];

    /// <summary>The replicas of a model with their executors.</summary>
    public List<(ObservedExecutor Executor, ObservedReplica Replica)> Replicas(string model) =>
        [.. _executors.Values.SelectMany(executor => executor.Replicas, (executor, replica) => (executor, replica))
            .Where(pair => pair.replica.Model.Name == model)];

    public void Do(ReconcileAction action) => _actions.Add(action);

    public void Change(ObservedExecutor executor, ReconcileAction action)
    {
        _executors[executor.Id] = executor;
        _actions.Add(action);
    }

    public void Remove(string executor, ReconcileAction action)
    {
        _executors.Remove(executor);
        _actions.Add(action);
    }

    public void Drain(string executor, ObservedReplica replica, DateTimeOffset now) => Change(
        _executors[executor].With(replica.Model.Name, replica with { State = ReplicaState.Draining, Since = now }),
        new ReconcileAction.Drain(executor, replica.Model.Name));
}
