using MuLambda.Catalog;

namespace MuLambda.Selection.Tests.ColdStarts;

/// <summary>When a request waits for a model that has to start first.</summary>
public sealed class ColdChoiceTests
{
    [Fact]
    public void Where_nothing_is_ready_the_best_one_within_the_deadline_is_waited_for()
    {
        var world = new World().Model("good", 0.99).Model("quick", 0.9).Deployed("good").Deployed("quick").Client("accurate", 0, 1);
        ColdCandidateTests.Start(world, "good-1", launch: 1, tookMs: 5000, model: "good");
        ColdCandidateTests.Start(world, "quick-1", launch: 1, tookMs: 300, model: "quick");

        Chosen(world, "accurate", withinMs: 10_000).ShouldBe("good");
        Chosen(world, "accurate", withinMs: 1000).ShouldBe("quick");
        Chosen(world, "accurate", withinMs: 100).ShouldBe("good", "none will be in time: then the better one, for those that come after");
    }

    [Fact]
    public void The_sooner_one_is_waited_for_by_who_weighs_latency()
    {
        var world = new World().Model("good", 0.99).Model("quick", 0.9).Deployed("good").Deployed("quick").Client("fast", 1, 0);
        ColdCandidateTests.Start(world, "good-1", launch: 1, tookMs: 5000, model: "good");
        ColdCandidateTests.Start(world, "quick-1", launch: 1, tookMs: 300, model: "quick");

        Chosen(world, "fast", withinMs: 10_000).ShouldBe("quick");
    }

    [Fact]
    public void Beside_a_ready_executor_a_better_model_is_waited_for_where_it_is_worth_it_and_in_time()
    {
        var world = new World().Model("good", 0.99).Deployed("good").Model("poor", 0.9).Executor("poor-1", "poor")
            .Client("accurate", 0, 1).Client("fast", 1, 0);
        ColdCandidateTests.Start(world, "good-1", launch: 1, tookMs: 1000, model: "good");

        Chosen(world, "accurate", withinMs: 5000).ShouldBe("good");
        Chosen(world, "accurate", withinMs: 500).ShouldBeNull();
        Chosen(world, "fast", withinMs: 5000).ShouldBeNull();
    }

    [Fact]
    public void A_ready_executor_of_an_equal_model_is_preferred_however_crowded()
    {
        var world = new World().Model("cold", 0.9).Deployed("cold").Model("warm", 0.9).Executor("warm-1", "warm").Client("any", 0.5, 0.5).Client("fast", 1, 0);
        for (var i = 0; i < 500; i++)
        {
            world.Select("fast");
        }

        Chosen(world, "any", withinMs: 1e9).ShouldBeNull();
        Chosen(world, "fast", withinMs: 1e9).ShouldBeNull();
    }

    [Fact]
    public void One_whose_launch_failed_is_waited_for_only_where_there_is_no_other()
    {
        var world = new World().Model("good", 0.99).Deployed("good").Launched("good-1", "good", ExecutorState.Failed, "broken", 1)
            .Model("poor", 0.9).Executor("poor-1", "poor").Client("accurate", 0, 1);
        Chosen(world, "accurate", withinMs: 10_000).ShouldBeNull("poor is ready");

        world.Deployed("poor").WithoutExecutor("poor-1");
        Chosen(world, "accurate", withinMs: 10_000).ShouldBe("poor");

        world.NotDeployed("poor");
        Chosen(world, "accurate", withinMs: 10_000).ShouldBe("good");
    }

    [Theory]
    [InlineData("weighted")]
    [InlineData("random")]
    [InlineData("round-robin")]
    [InlineData("plain-net-latency")]
    public void The_published_policies_wait_only_where_nothing_is_ready(string policy)
    {
        var world = new World(policy).Model("good", 0.99).Deployed("good").Model("poor", 0.9).Executor("poor-1", "poor").Client("accurate", 0, 1);
        Chosen(world, "accurate", withinMs: 10_000).ShouldBeNull();

        world.WithoutExecutor("poor-1");

        Chosen(world, "accurate", withinMs: 10_000).ShouldBe("good");
    }

    [Fact]
    public void A_bound_on_accuracy_excludes_as_for_others()
    {
        var world = new World().Model("poor", 0.9).Deployed("poor").Client("strict", 0, 1, minAccuracy: 0.95);

        Chosen(world, "strict", withinMs: 10_000).ShouldBeNull();
        ColdCandidateTests.Survey(world, "strict").ShouldHaveSingleItem().ExcludedBy.ShouldBe([Criterion.MinAccuracy]);
    }

    [Fact]
    public void A_bound_on_latency_counts_the_start_only_beside_a_ready_executor_that_keeps_it()
    {
        var world = new World().Model("good", 0.99).Deployed("good").Client("strict", 0, 1, maxLatencyMs: 100);
        Chosen(world, "strict", withinMs: 10_000).ShouldBe("good", "where nothing is ready the deadline decides");

        world.Model("poor", 0.9).Executor("poor-1", "poor");

        Chosen(world, "strict", withinMs: 10_000).ShouldBeNull();
        ColdCandidateTests.Survey(world, "strict").ShouldHaveSingleItem().ExcludedBy.ShouldBe([Criterion.MaxLatency]);
    }

    [Fact]
    public void A_model_too_slow_for_the_bound_once_it_is_ready_is_not_started_for_it()
    {
        var world = new World().Model("huge", 0.99, 1024L * 1024 * 1024).Deployed("huge").Client("strict", 0, 1, maxLatencyMs: 100);

        Chosen(world, "strict", withinMs: 10_000).ShouldBeNull();
    }

    [Fact]
    public void A_request_that_waited_goes_to_the_model_it_waited_for()
    {
        var world = new World().Model("good", 0.99).Executor("good-1", "good").Model("quick", 0.9).Executor("quick-1", "quick").Executor("quick-2", "quick")
            .Client("accurate", 0, 1);
        var quick = world.Selector.Survey(world.Demand("accurate"), 1).First(p => p.Candidate.Model.Name == "quick").Candidate.Model;

        var chosen = world.Selector.Select(world.Demand("accurate"), 1, only: quick)!.Value.Decision;
        chosen.Candidate.Model.Name.ShouldBe("quick");
        chosen.Considered.ShouldBe(2);
        world.Selector.Select(world.Demand("accurate"), 1, ["quick-1", "quick-2"], only: quick).ShouldBeNull();
    }

    [Fact]
    public void A_selection_among_ready_candidates_allocates_nothing_also_beside_deployments()
    {
        var world = World.DigitZoo().Deployed("cnn").Deployed("linear").Model("cold", 0.5).Deployed("cold");
        var demand = world.Demand("balanced");
        void Select()
        {
            var assignment = world.Selector.Select(demand, 1)!.Value;
            world.Selector.SelectCold(world.Snapshot, demand, 1, 10_000, assignment.Decision).ShouldBeNull();
            assignment.Complete(1, 0);
        }

        for (var i = 0; i < 2000; i++)
        {
            Select();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Select();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100 * 1024, "100 bytes a selection would be more");
    }

    private static string? Chosen(World world, string client, double withinMs)
    {
        var demand = world.Demand(client);
        var ready = world.Selector.Select(demand, 1);
        ready?.Dispose();
        return world.Selector.SelectCold(world.Snapshot, demand, 1, withinMs, ready?.Decision)?.Model.Name;
    }
}
