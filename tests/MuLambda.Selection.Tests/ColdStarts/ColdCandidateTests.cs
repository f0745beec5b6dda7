using MuLambda.Catalog;

namespace MuLambda.Selection.Tests.ColdStarts;

/// <summary>Which deployments a request could wait for, and how long that would take.</summary>
public sealed class ColdCandidateTests
{
    private static readonly LaunchStep Pending = new(LaunchPhase.Pending, 0);

    [Fact]
    public void A_deployment_that_nothing_serves_is_a_cold_candidate_with_its_declared_accuracy_and_its_prior()
    {
        var world = new World().Model("cnn", 0.99, 1024 * 1024).Deployed("cnn").Client("any", 0.5, 0.5);

        var cold = Survey(world, "any", items: 3).ShouldHaveSingleItem();

        cold.Candidate.Model.Name.ShouldBe("cnn");
        cold.Selected.ShouldBeTrue();
        cold.ExcludedBy.ShouldBeEmpty();
        cold.Estimate.Accuracy.ShouldBe(0.99);
        cold.Estimate.ServiceMs.ShouldBe(3.05, 1e-9);
        cold.Estimate.WaitMs.ShouldBe(2000, "nothing ever started");
        world.Snapshot.HasCold.ShouldBeTrue();
    }

    [Theory]
    [InlineData(ExecutorState.Pending)]
    [InlineData(ExecutorState.Loading)]
    [InlineData(ExecutorState.Draining)]
    [InlineData(ExecutorState.Failed)]
    public void It_is_cold_as_long_as_no_executor_is_ready(ExecutorState state)
    {
        var world = new World().Model("cnn", 0.99).Deployed("cnn").Client("any", 0.5, 0.5).Executor("cnn-1", "cnn", state: state);
        Survey(world, "any").ShouldHaveSingleItem();

        world.Executor("cnn-2", "cnn");

        Survey(world, "any").ShouldBeEmpty();
        world.Snapshot.HasCold.ShouldBeFalse();
        world.Snapshot.IsReady(ModelOf(world)).ShouldBeTrue();
    }

    [Fact]
    public void It_is_one_too_while_all_of_its_executors_are_left_out_after_failures_and_nothing_else_is_ready()
    {
        var world = new World().Model("cnn", 0.99).Deployed("cnn").Client("any", 0.5, 0.5).Executor("cnn-1", "cnn").Executor("cnn-2", "cnn");
        var model = ModelOf(world);
        world.Select("any", 1, "cnn-1").Fail();
        Survey(world, "any").ShouldBeEmpty("the other one is there");

        world.Select("any").Fail();

        var lost = Survey(world, "any").ShouldHaveSingleItem();
        (lost.Selected, lost.Candidate.IsLost, lost.Candidate.Failure).ShouldBe((true, true, null));
        world.Snapshot.IsReady(model).ShouldBeFalse();
        world.Snapshot.HasCold.ShouldBeFalse("who finds something ready need not look");
        world.Snapshot.MayBeTried(model, world.Time).ShouldBeFalse();
        world.Time.Advance(QuarantineOptions.Default.First);
        world.Snapshot.MayBeTried(model, world.Time).ShouldBeTrue();
        world.Model("poor", 0.5).Executor("poor-1", "poor");
        Survey(world, "any").ShouldBeEmpty("what is ready answers");
    }

    [Fact]
    public void A_model_that_is_not_deployed_is_no_candidate_and_one_that_is_no_more_has_been_one()
    {
        var world = new World().Model("cnn", 0.99).Model("mlp", 0.98).Deployed("cnn").Client("any", 0.5, 0.5);
        Survey(world, "any").ShouldHaveSingleItem().Candidate.Model.Name.ShouldBe("cnn");

        world.NotDeployed("cnn");

        Survey(world, "any").ShouldBeEmpty();
        world.Selector.SelectCold(world.Snapshot, world.Demand("any"), 1, 10_000, null).ShouldBeNull();
    }

    [Fact]
    public void The_version_is_the_deployments_own_or_the_newest_there_is()
    {
        var world = new World().Model("cnn", 0.99).Model("cnn", 0.99, version: 10).Model("cnn", 0.99, version: 9).Deployed("cnn").Client("any", 0.5, 0.5);
        Survey(world, "any").ShouldHaveSingleItem().Candidate.Model.Version.ShouldBe(10);

        world.Deployed("cnn", version: 9);

        Survey(world, "any").ShouldHaveSingleItem().Candidate.Model.Version.ShouldBe(9);
        world.Deployed("cnn", version: 8);
        Survey(world, "any").ShouldBeEmpty("nobody registered that version");
    }

    [Fact]
    public void Models_of_other_traits_are_none()
    {
        var world = new World().Model("cnn", 0.99, traits: new Traits("detection", "image", "boxes")).Deployed("cnn").Client("any", 0.5, 0.5);

        Survey(world, "any").ShouldBeEmpty();
    }

    [Fact]
    public void What_starts_take_is_learned_from_the_launches_in_the_feed()
    {
        var world = new World().Model("cnn", 0.99).Deployed("cnn").Client("any", 0.5, 0.5);
        Start(world, "cnn-1", launch: 1, tookMs: 800);
        Survey(world, "any").Single().Candidate.ColdStartMs.ShouldBe(800);

        Start(world, "cnn-2", launch: 2, tookMs: 400);

        Survey(world, "any").Single().Candidate.ColdStartMs.ShouldBe(680, 1e-9, "the newer one counts for three tenths");
    }

    [Fact]
    public void A_launch_teaches_once_however_often_its_executor_reports()
    {
        var world = new World().Model("cnn", 0.99).Deployed("cnn").Client("any", 0.5, 0.5);
        Start(world, "cnn-1", launch: 1, tookMs: 800);
        world.Launched("cnn-2", "cnn", ExecutorState.Ready, null, 2, Pending, new LaunchStep(LaunchPhase.Ready, 400));
        for (var report = 0; report < 10; report++)
        {
            _ = world.Snapshot;
            world.Launched("cnn-2", "cnn", ExecutorState.Ready, null, 2, Pending, new LaunchStep(LaunchPhase.Ready, 400));
        }

        _ = world.WithoutExecutor("cnn-2").Snapshot;

        Survey(world, "any").Single().Candidate.ColdStartMs.ShouldBe(680, 1e-9);
    }

    [Fact]
    public void A_model_that_never_started_takes_what_the_one_nearest_in_size_does()
    {
        var world = new World().Model("small", 0.9, 1000).Model("large", 0.9, 1_000_000).Model("new", 0.9, 100_000)
            .Deployed("small").Deployed("large").Deployed("new").Client("any", 0.5, 0.5);
        Start(world, "small-1", launch: 1, tookMs: 300, model: "small");
        Start(world, "large-1", launch: 1, tookMs: 1500, model: "large");

        Survey(world, "any").ToDictionary(c => c.Candidate.Model.Name, c => c.Candidate.ColdStartMs)
            .ShouldBe(new Dictionary<string, double> { ["large"] = 1500, ["new"] = 1500, ["small"] = 300 });
    }

    [Fact]
    public void What_has_passed_of_a_start_is_not_waited_for_again()
    {
        var world = new World().Model("cnn", 0.99).Deployed("cnn").Client("any", 0.5, 0.5);
        Start(world, "cnn-1", launch: 1, tookMs: 800);
        world.Launched("cnn-2", "cnn", ExecutorState.Pending, null, 2, Pending, new LaunchStep(LaunchPhase.Downloading, 100));
        var first = Survey(world, "any").Single();
        first.Candidate.IsStarting.ShouldBeTrue();
        first.Estimate.WaitMs.ShouldBe(700, 1e-6, "the feed showed it 100 ms after it began");

        world.Time.Advance(TimeSpan.FromMilliseconds(300));
        Survey(world, "any").Single().Estimate.WaitMs.ShouldBe(400, 1e-6);
        world.Launched("cnn-2", "cnn", ExecutorState.Loading, null, 2, Pending, new LaunchStep(LaunchPhase.Loading, 500));
        Survey(world, "any").Single().Estimate.WaitMs.ShouldBe(300, 1e-6, "a step says that more has passed");

        world.Time.Advance(TimeSpan.FromMilliseconds(1500));
        Survey(world, "any").Single().Estimate.WaitMs.ShouldBe(200, 1e-6, "it is late: a tenth of the two seconds it took");
    }

    [Fact]
    public void A_launch_that_failed_is_told_unless_another_is_under_way()
    {
        var world = new World().Model("cnn", 0.99).Deployed("cnn").Client("any", 0.5, 0.5)
            .Launched("cnn-1", "cnn", ExecutorState.Failed, "out of memory", 1, Pending)
            .Launched("cnn-2", "cnn", ExecutorState.Failed, "no such file", 2, Pending);
        Survey(world, "any").Single().Candidate.Failure.ShouldBe("cnn-2 failed: no such file", "the later one");

        world.Launched("cnn-3", "cnn", ExecutorState.Pending, null, 3, Pending);

        Survey(world, "any").Single().Candidate.Failure.ShouldBeNull();
    }

    [Fact]
    public void What_was_learned_while_it_was_served_is_known_when_it_is_not()
    {
        var world = new World().Model("cnn", 0.99).Deployed("cnn").Executor("cnn-1", "cnn").Client("any", 0.5, 0.5);
        for (var i = 0; i < 50; i++)
        {
            world.Call("any", _ => 7);
        }

        world.WithoutExecutor("cnn-1");

        Survey(world, "any").Single().Estimate.ServiceMs.ShouldBe(7, 0.5);
    }

    internal static IReadOnlyList<ColdProspect> Survey(World world, string client, int items = 1) => world.Selector.SurveyCold(
        world.Snapshot, world.Demand(client), items, 10_000,
        world.Selector.Survey(world.Demand(client), items).FirstOrDefault(prospect => prospect.Selected));

    // A whole life: it starts, serves, and is gone.
    internal static void Start(World world, string id, int launch, double tookMs, string model = "cnn")
    {
        _ = world.Launched(id, model, ExecutorState.Ready, null, launch, Pending, new LaunchStep(LaunchPhase.Ready, tookMs)).Snapshot;
        _ = world.WithoutExecutor(id).Snapshot;
    }

    private static Model ModelOf(World world) => world.Select("any").Decision.Candidate.Model;
}
