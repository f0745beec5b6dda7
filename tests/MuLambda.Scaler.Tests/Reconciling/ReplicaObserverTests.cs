using MuLambda.Catalog;
using MuLambda.Scaler.Reconciling;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Tests.Reconciling;

public sealed class ReplicaObserverTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ReplicaObserver _observer = new("local", "-tag-");

    [Fact]
    public void A_replica_is_what_its_progress_says()
    {
        State(Launched()).ShouldBe(ReplicaState.Starting);
        State(Launched(Progress(LaunchPhase.Loading))).ShouldBe(ReplicaState.Starting);
        State(Launched(Progress(LaunchPhase.Loading), Progress(LaunchPhase.Ready))).ShouldBe(ReplicaState.Ready);
        var failed = Observe(Launched(Progress(LaunchPhase.Loading) with { Error = "bad file" }), CatalogSnapshot.Empty, Now);
        (failed.State, failed.Reason).ShouldBe((ReplicaState.Failed, "bad file"));
    }

    [Fact]
    public void The_time_of_one_that_drains_begins_when_the_catalog_says_so()
    {
        var launched = Launched(Progress(LaunchPhase.Ready));
        _observer.Drain("a-tag-1", "a");
        Observe(launched, With(ExecutorState.Ready), Now.AddHours(1)).Since.ShouldBe(Now.AddHours(1));
        Observe(launched, With(ExecutorState.Ready), Now.AddHours(2)).Since.ShouldBe(Now.AddHours(2));

        Observe(launched, With(ExecutorState.Draining), Now.AddHours(3)).Since.ShouldBe(Now.AddHours(3));
        Observe(launched, With(ExecutorState.Draining), Now.AddHours(4)).Since.ShouldBe(Now.AddHours(3));
        _observer.Revive("a-tag-1", "a");
        Observe(launched, With(ExecutorState.Draining), Now.AddHours(5)).State.ShouldBe(ReplicaState.Ready);
    }

    [Fact]
    public void What_another_scaler_began_to_drain_drains_on()
    {
        Observe(Launched(Progress(LaunchPhase.Ready)), With(ExecutorState.Draining), Now).State.ShouldBe(ReplicaState.Draining);

        var shared = new ReplicaObserver("local", "-tag-");
        var noun = Noun(ExecutorState.Ready) with { Models = [new("b", 1)], Launch = new ExecutorLaunch(["b"], Now, []) };
        shared.Observe([Launched(Progress(LaunchPhase.Ready))], With(noun), _ => false, Now)[0].Replicas[0].State.ShouldBe(ReplicaState.Draining);
    }

    [Fact]
    public void One_that_runs_but_does_not_answer_is_given_up_after_a_while()
    {
        var launched = Launched(Progress(LaunchPhase.Ready));
        var silent = With(Noun(ExecutorState.Failed) with { Reason = "no answer" });

        Observe(launched, silent, Now).State.ShouldBe(ReplicaState.Ready);
        Observe(launched, silent, Now.AddSeconds(9)).State.ShouldBe(ReplicaState.Ready);
        Observe(launched, silent, Now.AddSeconds(10)).ShouldSatisfyAllConditions(
            replica => replica.State.ShouldBe(ReplicaState.Failed), replica => replica.Reason.ShouldBe("no answer"));
        Observe(launched, With(ExecutorState.Ready), Now.AddSeconds(11)).State.ShouldBe(ReplicaState.Ready);
    }

    [Fact]
    public void Executors_of_other_launchers_count_and_those_that_nobody_launched_do_not()
    {
        var catalog = new[]
        {
            Noun(ExecutorState.Ready) with { Id = "a-other-1" },
            Noun(ExecutorState.Ready) with { Id = "a-tag-9", Node = "far" },
            Noun(ExecutorState.Ready) with { Id = "static", Launch = null },
            Noun(ExecutorState.Ready) with { Id = "a-tag-gone" },
        }.Aggregate(CatalogSnapshot.Empty, (snapshot, noun) => Put(snapshot, noun));

        var observed = _observer.Observe([], catalog, _ => false, Now);

        observed.Select(executor => executor.Id).ShouldBe(["a-other-1", "a-tag-9"], ignoreOrder: true);
        observed.ShouldAllBe(executor => !executor.IsOwn && executor.Replicas.Single().State == ReplicaState.Ready);
    }

    private ReplicaState State(LaunchedExecutor launched) => Observe(launched, CatalogSnapshot.Empty, Now).State;

    private ObservedReplica Observe(LaunchedExecutor launched, CatalogSnapshot catalog, DateTimeOffset now) =>
        _observer.Observe([launched], catalog, _ => false, now).Single(executor => executor.IsOwn).Replicas.Single();

    private static LaunchedExecutor Launched(params ModelProgress[] progress) => new(
        "a-tag-1", [new LaunchedModel(new PlacedModel("a"), Now, progress)], new ExecutorEndpoints("http://127.0.0.1:1"), Now, true);

    private static ModelProgress Progress(LaunchPhase phase) => new("a", 1, phase, Now);

    private static CatalogSnapshot With(ExecutorState state) => With(Noun(state));

    private static CatalogSnapshot With(Catalog.Executor noun) => Put(CatalogSnapshot.Empty, noun);

    private static CatalogSnapshot Put(CatalogSnapshot catalog, Catalog.Executor noun) =>
        catalog.Apply(new CatalogChange(CatalogChangeType.Put, 1, CatalogKind.Executor, noun.Id, Executor: noun));

    private static Catalog.Executor Noun(ExecutorState state) => new(
        "a-tag-1", "local", [new ModelReference("a", 1)], new ExecutorEndpoints("http://127.0.0.1:1"), state,
        Launch: new ExecutorLaunch(["a"], Now, []));
}
