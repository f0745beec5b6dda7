namespace MuLambda.Scaling.Tests;

/// <summary>Executors in virtual time that start, fail and end by chance, and a reconciler over them.</summary>
internal sealed class LaunchWorld
{
    private static readonly string[] Models = ["a", "b", "c", "large"];

    private readonly Random _random;
    private readonly Reconciler _reconciler;
    private readonly Dictionary<string, ObservedExecutor> _executors = [];
    private readonly Dictionary<string, int> _desired = Models.ToDictionary(model => model, _ => 1);
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private bool _mayRetire = true;
    private int _ids;

    public LaunchWorld(Random random, ReconcilerOptions options) =>
        (_random, _reconciler) = (random, new Reconciler(options, name => $"{name}-{++_ids}"));

    /// <summary>Anything may happen: other wishes, a crash, a failure, a catalog that goes away.</summary>
    public void Disturb()
    {
        _mayRetire = _random.Next(10) > 0;
        if (_random.Next(4) == 0)
        {
            _desired[Models[_random.Next(Models.Length)]] = _random.Next(4);
        }

        foreach (var executor in _executors.Values.ToList())
        {
            _executors[executor.Id] = _random.Next(60) switch
            {
                0 => executor with { Ended = "It was killed." },
                1 => Each(executor, replica => replica.State == ReplicaState.Starting ? replica with { State = ReplicaState.Failed } : replica),
                _ => executor,
            };
        }
    }

    /// <summary>A second passes, and what is asked for is done.</summary>
    public void Step()
    {
        _now += TimeSpan.FromSeconds(1);
        foreach (var executor in _executors.Values.ToList())
        {
            _executors[executor.Id] = Each(executor, replica => replica.State == ReplicaState.Starting && _random.Next(3) == 0
                ? replica with { State = ReplicaState.Ready }
                : replica) with { IsListening = executor.IsListening || _random.Next(2) == 0, IsIdle = _random.Next(2) == 0 };
        }

        var desired = Models.Select(model => new DesiredReplicas(new(model), _desired[model], model == "large" ? 1L << 30 : 8L << 20)).ToList();
        foreach (var action in _reconciler.Reconcile(new ReconcileInput(_now, desired, [.. _executors.Values], _mayRetire)))
        {
            Do(action);
        }

        foreach (var executor in _executors.Values)
        {
            executor.Replicas.Select(replica => replica.Model.Name).ShouldBeUnique();
        }
    }

    /// <summary>Nothing happens any more but that what was begun is finished.</summary>
    public void Settle()
    {
        _mayRetire = true;
        for (var step = 0; step < 300; step++)
        {
            Step();
        }
    }

    public void ShouldBeAsDesired(string seed)
    {
        foreach (var model in Models)
        {
            _executors.Values.SelectMany(executor => executor.Replicas)
                .Where(replica => replica.Model.Name == model).ShouldAllBe(replica => replica.State == ReplicaState.Ready, seed);
            _executors.Values.Count(executor => executor.Replicas.Any(replica => replica.Model.Name == model)).ShouldBe(_desired[model], seed);
        }

        _executors.Values.Count(executor => executor.Replicas.Count == 0).ShouldBe(1, seed);
    }

    private void Do(ReconcileAction action)
    {
        switch (action)
        {
            case ReconcileAction.Serve serve:
                _executors.ContainsKey(serve.Executor).ShouldBe(!serve.IsNew);
                var before = _executors.GetValueOrDefault(serve.Executor) ?? new ObservedExecutor(serve.Executor, [], _now, IsListening: false);
                _executors[serve.Executor] = before with
                {
                    Replicas = [.. serve.Models.Select(model => before.Replicas.FirstOrDefault(replica => replica.Model == model)
                        ?? new ObservedReplica(model, ReplicaState.Starting, _now))],
                };
                break;
            case ReconcileAction.Drain drain:
                Set(drain.Executor, drain.Model, ReplicaState.Ready, ReplicaState.Draining);
                break;
            case ReconcileAction.Revive revive:
                Set(revive.Executor, revive.Model, ReplicaState.Draining, ReplicaState.Ready);
                break;
            case ReconcileAction.Retire retire:
                // One that starts or serves is never retired.
                _executors[retire.Executor].Replicas.ShouldAllBe(replica => replica.State == ReplicaState.Draining || replica.State == ReplicaState.Failed
                    || _now - replica.Since >= TimeSpan.FromSeconds(60));
                _executors.Remove(retire.Executor);
                break;
            case ReconcileAction.Forget forget:
                _executors.Remove(forget.Executor);
                break;
        }
    }

    private void Set(string executor, string model, ReplicaState from, ReplicaState to) => _executors[executor] = Each(_executors[executor], replica =>
    {
        if (replica.Model.Name != model)
        {
            return replica;
        }

        replica.State.ShouldBe(from);
        return replica with { State = to, Since = _now };
    });

    private static ObservedExecutor Each(ObservedExecutor executor, Func<ObservedReplica, ObservedReplica> change) =>
        executor with { Replicas = [.. executor.Replicas.Select(change)] };
}
