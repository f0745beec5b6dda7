namespace MuLambda.Scaling;

/// <summary>
/// Says what has to be done so that what was launched becomes what is desired. A pure function but for the ids it draws: the same input
/// again, before anything was done, asks for the same again. Level-triggered, as Kubernetes' controllers are: it looks at what is, not at what happened.
/// </summary>
/// <param name="options">How executors are launched and retired.</param>
/// <param name="newId">Draws the id of an executor from what it is for: a model's name, or <c>pool</c>.</param>
public sealed class Reconciler(ReconcilerOptions options, Func<string, string> newId)
{
    private const string PoolName = "pool";

    /// <summary>What has to be done, in this order.</summary>
    /// <param name="input">What is and what shall be.</param>
    public IReadOnlyList<ReconcileAction> Reconcile(ReconcileInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var plan = new ReconcilePlan(input.Executors);
        ForgetEnded(input, plan);
        GiveUpFailed(input, plan);
        FinishDraining(input, plan);
        if (input.MayRetire)
        {
            DrainUndesired(input, plan);
        }

        foreach (var desired in input.Desired.OrderBy(desired => desired.Model.Name, StringComparer.Ordinal))
        {
            Scale(desired, input, plan);
        }

        FillPool(input, plan);
        return plan.Actions;
    }

    private static void ForgetEnded(ReconcileInput input, ReconcilePlan plan)
    {
        foreach (var executor in input.Executors.Where(executor => executor is { IsOwn: true, Ended: not null }))
        {
            plan.Remove(executor.Id, new ReconcileAction.Forget(
                executor.Id,
                [.. executor.Replicas.Where(replica => replica.State != ReplicaState.Draining).Select(replica => replica.Model.Name)],
                executor.Ended!));
        }
    }

    private void GiveUpFailed(ReconcileInput input, ReconcilePlan plan)
    {
        foreach (var executor in plan.Own())
        {
            var failed = executor.Replicas.Where(replica => IsGivenUp(replica, input.Now)).ToList();
            foreach (var replica in failed)
            {
                plan.Do(new ReconcileAction.GiveUp(executor.Id, replica.Model.Name, replica.Reason
                    ?? $"It was not ready {options.ReadyDeadline.TotalSeconds:0.#} s after it was launched."));
            }

            if (failed.Count > 0)
            {
                Take(executor, failed, plan);
            }
        }
    }

    private bool IsGivenUp(ObservedReplica replica, DateTimeOffset now) =>
        replica.State == ReplicaState.Failed
        || (replica.State == ReplicaState.Starting && now - replica.Since >= options.ReadyDeadline);

    private void FinishDraining(ReconcileInput input, ReconcilePlan plan)
    {
        foreach (var executor in plan.Own())
        {
            var done = executor.Replicas.Where(replica => HasDrained(executor, replica, input)).ToList();
            if (done.Count > 0)
            {
                Take(executor, done, plan);
            }
        }
    }

    // In an executor that goes on with other models, idleness would say nothing of this one; the executor finishes a model's requests before
    // it lets the model go.
    private bool HasDrained(ObservedExecutor executor, ObservedReplica replica, ReconcileInput input)
    {
        if (replica.State != ReplicaState.Draining)
        {
            return false;
        }

        var drained = input.Now - replica.Since;
        var isAlone = executor.Replicas.All(other => other.State == ReplicaState.Draining);
        return drained >= options.DrainGrace || (drained >= options.DrainSettle && (executor.IsIdle || !isAlone));
    }

    /// <summary>Takes models from an executor, and ends it where none is left.</summary>
    private static void Take(ObservedExecutor executor, List<ObservedReplica> replicas, ReconcilePlan plan)
    {
        var left = executor with { Replicas = [.. executor.Replicas.Except(replicas)] };
        if (left.Replicas.Count == 0)
        {
            plan.Remove(executor.Id, new ReconcileAction.Retire(executor.Id));
        }
        else
        {
            plan.Change(left, new ReconcileAction.Serve(executor.Id, [.. left.Replicas.Select(replica => replica.Model)], null, IsNew: false));
        }
    }

    private static void DrainUndesired(ReconcileInput input, ReconcilePlan plan)
    {
        var names = input.Desired.Select(desired => desired.Model.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var executor in plan.Own())
        {
            foreach (var replica in executor.Replicas.Where(
                replica => replica.State == ReplicaState.Ready && !names.Contains(replica.Model.Name)))
            {
                plan.Drain(executor.Id, replica, input.Now);
            }
        }
    }

    private void Scale(DesiredReplicas desired, ReconcileInput input, ReconcilePlan plan)
    {
        var all = plan.Replicas(desired.Model.Name);
        var current = all.Where(pair => pair.Replica.Model == desired.Model).ToList();
        var ready = current.Where(pair => pair.Replica.State == ReplicaState.Ready).ToList();
        var starting = current.Count(pair => pair.Replica.State == ReplicaState.Starting);
        var outdated = all
            .Where(pair => pair.Replica.Model != desired.Model && pair.Replica.State == ReplicaState.Ready && pair.Executor.IsOwn).ToList();
        var missing = desired.Replicas - ready.Count - starting;
        if (missing > 0)
        {
            missing -= Revive(current, missing, plan);
            Launch(desired, missing, starting, input, plan);
        }

        if (input.MayRetire)
        {
            // Those of another version stay until the others can answer for them.
            DrainSome(outdated, Math.Min(outdated.Count, ready.Count + outdated.Count - desired.Replicas), input, plan);
            DrainSome([.. ready.Where(pair => pair.Executor.IsOwn)], -missing, input, plan);
        }
    }

    private static int Revive(List<(ObservedExecutor Executor, ObservedReplica Replica)> current, int missing, ReconcilePlan plan)
    {
        var revived = current
            .Where(pair => pair.Replica.State == ReplicaState.Draining && pair.Executor.IsOwn)
            .OrderByDescending(pair => pair.Replica.Since).Take(missing).ToList();
        foreach (var (executor, replica) in revived)
        {
            plan.Change(
                plan[executor.Id].With(replica.Model.Name, replica with { State = ReplicaState.Ready }),
                new ReconcileAction.Revive(executor.Id, replica.Model.Name));
        }

        return revived.Count;
    }

    private void Launch(DesiredReplicas desired, int missing, int starting, ReconcileInput input, ReconcilePlan plan)
    {
        if (!desired.MayLaunch || desired.MemoryBytes is not { } memory)
        {
            return;
        }

        // What failed may fail again: one finds out for all.
        var count = desired.IsRetry ? Math.Min(missing, 1 - Math.Min(1, starting)) : missing;
        for (; count > 0; count--)
        {
            var replica = new ObservedReplica(desired.Model, ReplicaState.Starting, input.Now);
            if (Place(desired.Model.Name, memory, input, plan) is { } there)
            {
                var with = there with { Replicas = [.. there.Replicas, replica] };
                plan.Change(with, new ReconcileAction.Serve(
                    there.Id, [.. with.Replicas.Select(other => other.Model)], desired.Model.Name, IsNew: false));
            }
            else
            {
                var launched = new ObservedExecutor(newId(desired.Model.Name), [replica], input.Now, IsListening: false);
                plan.Change(launched, new ReconcileAction.Serve(launched.Id, [desired.Model], desired.Model.Name, IsNew: true));
            }
        }
    }

    /// <summary>An executor that is there and may take the model: one that small models share, else one of the pool.</summary>
    private ObservedExecutor? Place(string model, long memory, ReconcileInput input, ReconcilePlan plan)
    {
        var own = plan.Own();
        if (memory <= options.SmallModelBytes)
        {
            var sizes = input.Desired.ToDictionary(desired => desired.Model.Name, desired => desired.MemoryBytes, StringComparer.Ordinal);
            var shared = own
                .Where(executor => executor.Replicas.Count > 0
                    && executor.Replicas.All(replica => replica.State is ReplicaState.Starting or ReplicaState.Ready
                        && replica.Model.Name != model && sizes.GetValueOrDefault(replica.Model.Name) <= options.SmallModelBytes)
                    && executor.Replicas.Sum(replica => sizes[replica.Model.Name]) + memory <= options.SharedExecutorBytes)
                .OrderByDescending(executor => executor.Replicas.Count).ThenBy(executor => executor.Id, StringComparer.Ordinal)
                .FirstOrDefault();
            if (shared is not null)
            {
                return shared;
            }
        }

        // One that still starts would be waited for.
        return own.Where(executor => executor.Replicas.Count == 0 && executor.IsListening)
            .OrderBy(executor => executor.LaunchedAt).ThenBy(executor => executor.Id, StringComparer.Ordinal).FirstOrDefault();
    }

    private static void DrainSome(
        List<(ObservedExecutor Executor, ObservedReplica Replica)> ready, int count, ReconcileInput input, ReconcilePlan plan)
    {
        // First those whose executor can end with them, of these the idle ones, of these the youngest.
        var leaving = ready
            .OrderBy(pair => pair.Executor.Replicas.Count).ThenByDescending(pair => pair.Executor.IsIdle)
            .ThenByDescending(pair => pair.Replica.Since).ThenBy(pair => pair.Executor.Id, StringComparer.Ordinal)
            .Take(Math.Max(0, count));
        foreach (var (executor, replica) in leaving.ToList())
        {
            plan.Drain(executor.Id, replica, input.Now);
        }
    }

    private void FillPool(ReconcileInput input, ReconcilePlan plan)
    {
        var pool = plan.Own().Where(executor => executor.Replicas.Count == 0).OrderByDescending(executor => executor.LaunchedAt).ToList();

        // One that does not even listen by then never will.
        var hasFailed = input.Executors.Any(executor => executor is { IsOwn: true, Ended: not null, Replicas.Count: 0 });
        foreach (var dead in pool.Where(executor => !executor.IsListening && input.Now - executor.LaunchedAt >= options.ReadyDeadline).ToList())
        {
            hasFailed = true;
            plan.Do(new ReconcileAction.GiveUp(dead.Id, PoolName, $"It did not listen after {options.ReadyDeadline.TotalSeconds:0.#} s."));
            plan.Remove(dead.Id, new ReconcileAction.Retire(dead.Id));
            pool.Remove(dead);
        }

        // Where nothing is deployed nothing is waited for.
        var wanted = input.Desired.Any(desired => desired.MemoryBytes is not null) ? options.Pool : 0;
        foreach (var spare in input.MayRetire ? pool.Take(Math.Max(0, pool.Count - wanted)) : [])
        {
            plan.Remove(spare.Id, new ReconcileAction.Retire(spare.Id));
        }

        // One that just failed is tried again when its back-off is over, which this failure prolongs. And the processors are for those first whose own process
        // is waited for; a model that starts in an executor that was there leaves room beside it, and the next launch may come at once.
        var mayFill = input.MayPool && !hasFailed && !plan.Own().Any(executor => executor.Replicas.Any(
            replica => replica.State == ReplicaState.Starting && replica.Since <= executor.LaunchedAt));
        for (var missing = mayFill ? wanted - pool.Count : 0; missing > 0; missing--)
        {
            var launched = new ObservedExecutor(newId(PoolName), [], input.Now, IsListening: false);
            plan.Change(launched, new ReconcileAction.Serve(launched.Id, [], null, IsNew: true));
        }
    }
}
