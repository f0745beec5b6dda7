namespace MuLambda.Scaling.Tests;

public sealed class ReconcilerTests
{
    private const long Small = 8L << 20;
    private const long Large = 512L << 20;

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ReconcilerOptions _options = new() { Pool = 0 };
    private int _ids;

    [Fact]
    public void What_is_missing_is_launched_under_ids_of_its_own() =>
        Reconcile([Want("a", 2)]).ShouldBe(["launch a-1: a", "launch a-2: a"]);

    [Fact]
    public void What_is_as_desired_is_left_alone() =>
        Reconcile([Want("a", 1), Want("b", 1)], Runs("one", Ready("a")), Runs("two", Starting("b"))).ShouldBeEmpty();

    [Fact]
    public void One_that_starts_counts_and_is_never_retired() =>
        Reconcile([Want("a", 0)], Runs("one", Starting("a"))).ShouldBeEmpty();

    [Fact]
    public void Too_many_are_drained_the_idle_one_first_and_of_these_the_youngest() =>
        Reconcile(
            [Want("a", 1)],
            Runs("busy", Ready("a", ageSeconds: 1)),
            Runs("old", Ready("a", ageSeconds: 100)) with { IsIdle = true },
            Runs("young", Ready("a", ageSeconds: 10)) with { IsIdle = true })
            .ShouldBe(["drain young a", "drain old a"]);

    [Fact]
    public void One_that_drains_is_retired_only_once_everybody_knows_and_it_is_idle()
    {
        Reconcile([Want("a", 0)], Runs("one", Draining("a", 0.5)) with { IsIdle = true }).ShouldBeEmpty();
        Reconcile([Want("a", 0)], Runs("one", Draining("a", 20))).ShouldBeEmpty();

        Reconcile([Want("a", 0)], Runs("one", Draining("a", 2)) with { IsIdle = true })
            .ShouldBe(["retire one"]);
    }

    [Fact]
    public void One_that_drains_for_longer_than_its_grace_is_retired_busy_or_not() =>
        Reconcile([Want("a", 0)], Runs("one", Draining("a", 30))).ShouldBe(["retire one"]);

    [Fact]
    public void One_that_drains_is_revived_rather_than_another_launched() =>
        Reconcile([Want("a", 2)], Runs("one", Draining("a", 2)), Runs("two", Ready("a")))
            .ShouldBe(["revive one a"]);

    [Fact]
    public void One_that_is_not_ready_in_time_is_given_up_and_another_launched()
    {
        var actions = Reconcile([Want("a", 1)], Runs("one", Starting("a", ageSeconds: 60)));

        actions.ShouldBe(
            ["give up one a: It was not ready 60 s after it was launched.", "retire one", "launch a-1: a"]);
    }

    [Fact]
    public void One_that_failed_is_given_up_at_once_with_its_reason() =>
        Reconcile([Want("a", 1) with { MayLaunch = false }], Runs("one", Starting("a") with { State = ReplicaState.Failed, Reason = "no such file" }))
            .ShouldBe(["give up one a: no such file", "retire one"]);

    [Fact]
    public void A_model_that_fails_leaves_the_others_of_its_executor_be() =>
        Reconcile(
            [Want("a", 1) with { MayLaunch = false }, Want("b", 1)],
            Runs("one", Starting("a", ageSeconds: 61), Ready("b")))
            .Skip(1).ShouldBe(["serve one: b"]);

    [Fact]
    public void After_failures_one_at_a_time_is_tried_and_not_before_the_back_off_is_over()
    {
        Reconcile([Want("a", 3) with { MayLaunch = false }]).ShouldBeEmpty();
        Reconcile([Want("a", 3) with { IsRetry = true }]).ShouldBe(["launch a-1: a"]);
        Reconcile([Want("a", 3) with { IsRetry = true }], Runs("one", Starting("a"))).ShouldBeEmpty();
    }

    [Fact]
    public void One_that_ended_is_forgotten_with_what_was_lost_and_replaced() =>
        Reconcile([Want("a", 1)], Runs("one", Ready("a"), Draining("b", 1)) with { Ended = "It was killed." }).ShouldBe(
            ["forget one, lost a: It was killed.", "launch a-1: a"]);

    [Fact]
    public void Without_a_catalog_that_is_sure_nothing_that_serves_goes()
    {
        var input = Input([Want("a", 0)], Runs("one", Ready("a")), Runs("two", Ready("gone")), Runs("spare")) with { MayRetire = false };

        Reconciler().Reconcile(input).ShouldBeEmpty();
    }

    [Fact]
    public void Replicas_of_what_is_not_deployed_any_more_are_drained() =>
        Reconcile([], Runs("one", Ready("a"))).ShouldBe(["drain one a"]);

    [Fact]
    public void Small_models_share_an_executor_but_never_two_replicas_of_one()
    {
        var actions = Reconcile([Want("a", 1), Want("b", 2)], Runs("one", Ready("a")));

        actions.ShouldBe(
            ["serve one: a b", "launch b-1: b"]);
    }

    [Fact]
    public void A_shared_executor_takes_models_up_to_its_memory() =>
        Reconcile([Want("a", 1), Want("b", 1) with { MemoryBytes = 60L << 20 }], [Runs("one", Ready("a"))], _options with { SharedExecutorBytes = 64L << 20 })
            .ShouldBe(["launch b-1: b"]);

    [Fact]
    public void Large_models_have_executors_of_their_own()
    {
        Reconcile([Want("a", 1), Want("b", 1) with { MemoryBytes = Large }], Runs("one", Ready("a"))).ShouldBe(["launch b-1: b"]);
        Reconcile([Want("a", 1), Want("b", 1) with { MemoryBytes = Large }], Runs("one", Ready("b"))).ShouldBe(["launch a-2: a"]);
    }

    [Fact]
    public void A_model_leaves_a_shared_executor_that_goes_on() =>
        Reconcile([Want("a", 0), Want("b", 1)], Runs("one", Draining("a", 1), Ready("b")))
            .ShouldBe(["serve one: b"]);

    [Fact]
    public void The_pool_is_taken_from_first_and_filled_again_at_once()
    {
        var options = _options with { Pool = 1 };

        Reconcile([Want("a", 0)], [], options).ShouldBe(["launch pool-1:"]);
        Reconcile([Want("a", 1) with { MemoryBytes = Large }], [Runs("spare")], options)
            .ShouldBe(["serve spare: a", "launch pool-2:"]);
        Reconcile([Want("a", 1) with { MemoryBytes = Large }], [Runs("one", Ready("a"))], options)
            .ShouldBe(["launch pool-3:"]);
        Reconcile([Want("a", 0)], [Runs("one"), Runs("two") with { LaunchedAt = Now }], options)
            .ShouldBe(["retire two"]);
        Reconcile([], [Runs("one")], options).ShouldBe(["retire one"]);
    }

    [Fact]
    public void Several_of_the_pool_are_taken_at_a_time_and_all_are_replaced_while_their_models_load()
    {
        var options = _options with { Pool = 2 };
        var want = Want("a", 2) with { MemoryBytes = Large };

        Reconcile([want], [Runs("one"), Runs("two")], options).ShouldBe(["serve one: a", "serve two: a", "launch pool-1:", "launch pool-2:"]);
        Reconcile([want], [Runs("one", Starting("a")), Runs("two", Starting("a"))], options).ShouldBe(["launch pool-3:", "launch pool-4:"]);
    }

    [Fact]
    public void A_launch_that_needs_a_process_of_its_own_comes_before_the_pool()
    {
        var options = _options with { Pool = 1 };
        var want = Want("a", 2) with { MemoryBytes = Large };

        Reconcile([want], [Runs("spare")], options).ShouldBe(["serve spare: a", "launch a-1: a"]);
        var starting = Starting("a");
        Reconcile([want], [Runs("one", Starting("a")), Runs("two", starting) with { LaunchedAt = starting.Since }], options).ShouldBeEmpty();
        Reconcile([want], [Runs("one", Starting("a")), Runs("two", Ready("a")) with { LaunchedAt = starting.Since }], options).ShouldBe(["launch pool-2:"]);
    }

    [Fact]
    public void One_of_the_pool_that_failed_is_not_tried_again_before_its_back_off()
    {
        var options = _options with { Pool = 1 };

        Reconcile([Want("a", 0)], [Runs("spare") with { Ended = "It was killed." }], options).ShouldBe(["forget spare, lost : It was killed."]);
        Reconcile([Want("a", 0)], [Runs("spare") with { IsListening = false }], options).ShouldBe(["give up spare pool: It did not listen after 60 s.", "retire spare"]);
    }

    [Fact]
    public void An_executor_of_the_pool_that_does_not_listen_yet_takes_no_model() =>
        Reconcile([Want("a", 1) with { MemoryBytes = Large }], [Runs("spare") with { IsListening = false, LaunchedAt = Now }], _options with { Pool = 1 })
            .ShouldBe(["launch a-1: a"]);

    [Fact]
    public void Executors_of_another_launcher_count_and_are_left_alone()
    {
        var foreign = Runs("far", Ready("a")) with { IsOwn = false };

        Reconcile([Want("a", 1)], foreign).ShouldBeEmpty();
        Reconcile([Want("a", 0)], foreign).ShouldBeEmpty();
        Reconcile([], foreign).ShouldBeEmpty();
    }

    [Fact]
    public void Another_version_is_launched_before_the_one_before_it_goes()
    {
        var want = Want("a", 1) with { Model = new("a", 2) };
        var old = Runs("old", Ready("a") with { Model = new("a", 1) });

        Reconcile([want], old).ShouldBe(["launch a-1: a@2"]);
        Reconcile([want], old, Runs("new", Starting("a") with { Model = new("a", 2) })).ShouldBeEmpty();
        Reconcile([want], old, Runs("new", Ready("a") with { Model = new("a", 2) })).ShouldBe(["drain old a"]);
    }

    [Fact]
    public void A_model_that_is_not_registered_is_not_launched() =>
        Reconcile([Want("a", 1) with { MemoryBytes = null }]).ShouldBeEmpty();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_happens_what_is_desired_is_reached_and_nothing_serves_twice(int seed)
    {
        var random = new Random(seed);
        var world = new LaunchWorld(random, new ReconcilerOptions { Pool = 1, SharedExecutorBytes = 20L << 20 });
        for (var step = 0; step < 500; step++)
        {
            world.Disturb();
            world.Step();
        }

        world.Settle();
        world.ShouldBeAsDesired($"seed {seed}");
    }

    private static string Words(ReconcileAction action) => action switch
    {
        ReconcileAction.Serve serve => $"{(serve.IsNew ? "launch" : "serve")} {serve.Executor}:{string.Concat(
            serve.Models.Select(model => $" {model.Name}{(model.Version is { } version ? $"@{version}" : "")}"))}",
        ReconcileAction.Drain drain => $"drain {drain.Executor} {drain.Model}",
        ReconcileAction.Revive revive => $"revive {revive.Executor} {revive.Model}",
        ReconcileAction.Retire => $"retire {action.Executor}",
        ReconcileAction.GiveUp give => $"give up {give.Executor} {give.Model}: {give.Reason}",
        ReconcileAction.Forget forget => $"forget {forget.Executor}, lost {string.Join(' ', forget.Lost)}: {forget.Reason}",
        _ => action.ToString(),
    };

    private static DesiredReplicas Want(string model, int replicas) => new(new(model), replicas, Small);

    private static ObservedExecutor Runs(string id, params ObservedReplica[] replicas) => new(id, replicas, Now.AddHours(-1));

    private static ObservedReplica Ready(string model, double ageSeconds = 50) =>
        new(new(model), ReplicaState.Ready, Now.AddSeconds(-ageSeconds));

    private static ObservedReplica Starting(string model, double ageSeconds = 1) =>
        new(new(model), ReplicaState.Starting, Now.AddSeconds(-ageSeconds));

    private static ObservedReplica Draining(string model, double ageSeconds) =>
        new(new(model), ReplicaState.Draining, Now.AddSeconds(-ageSeconds));

    private static ReconcileInput Input(IReadOnlyList<DesiredReplicas> desired, params ObservedExecutor[] executors) => new(Now, desired, executors);

    private List<string> Reconcile(IReadOnlyList<DesiredReplicas> desired, params ObservedExecutor[] executors) =>
        [.. Reconciler().Reconcile(Input(desired, executors)).Select(Words)];

    private List<string> Reconcile(
        IReadOnlyList<DesiredReplicas> desired, ObservedExecutor[] executors, ReconcilerOptions options) =>
        [.. Reconciler(options).Reconcile(Input(desired, executors)).Select(Words)];

    private Reconciler Reconciler(ReconcilerOptions? options = null) => new(options ?? _options, name => $"{name}-{++_ids}");
}
