using MuLambda.Catalog;

namespace MuLambda.Selection.Tests;

public sealed class HardFilterTests
{
    [Theory]
    [InlineData("detection", "image", "label", "task", "'detection'", "classification, regression")]
    [InlineData("classification", "audio", "label", "input", "'audio'", "image, text")]
    [InlineData("classification", "image", "box", "output", "'box'", "label")]
    public void The_first_trait_that_nothing_meets_is_named_with_what_there_is(
        string task, string input, string output, string criterion, string wanted, string offered)
    {
        var world = World.DigitZoo()
            .Model("text", 0.9, traits: new("classification", "text", "label")).Model("reg", 0.9, traits: new("regression", "image", "tensor"))
            .Client("c", 1, 0, traits: new(task, input, output));

        world.Selector.Select(world.Demand("c"), 1).ShouldBeNull();
        var exclusion = world.Explain("c");
        exclusion.Criteria.ShouldBe([criterion]);
        exclusion.Detail.ShouldContain(wanted);
        exclusion.Detail.ShouldContain(offered);
    }

    [Fact]
    public void An_empty_catalog_says_so()
    {
        var world = new World().Client("c", 1, 0);

        world.Selector.Select(world.Demand("c"), 1).ShouldBeNull();
        world.Explain("c").Detail.ShouldBe("There is no model in the catalog.");
    }

    [Fact]
    public void A_model_that_nothing_serves_is_excluded_by_state()
    {
        var world = new World().Model("m", 0.9).Client("c", 1, 0);

        world.Selector.Select(world.Demand("c"), 1).ShouldBeNull();
        world.Explain("c").ShouldSatisfyAllConditions(
            e => e.Criteria.ShouldBe(["state"]), e => e.Detail.ShouldContain("No executor serves"), e => e.Detail.ShouldContain("m@1"));
    }

    [Fact]
    public void Only_ready_executors_are_candidates()
    {
        var world = new World().Model("m", 0.9).Client("c", 1, 0)
            .Executor("one", "m", state: ExecutorState.Loading)
            .Executor("two", "m", state: ExecutorState.Failed, reason: "it crashed")
            .Executor("three", "m", state: ExecutorState.Draining).Executor("four", "m", state: ExecutorState.Pending);

        world.Selector.Select(world.Demand("c"), 1).ShouldBeNull();
        var exclusion = world.Explain("c");
        exclusion.Criteria.ShouldBe(["state"]);
        exclusion.Detail.ShouldContain("one is loading");
        exclusion.Detail.ShouldContain("two is failed (it crashed)");

        world.Executor("three", "m");
        world.Select("c").Decision.ShouldSatisfyAllConditions(
            d => d.Candidate.Executor.Id.ShouldBe("three"), d => d.Considered.ShouldBe(1));
    }

    [Theory]
    [InlineData("mulambda")]
    [InlineData("weighted")]
    [InlineData("plain-net-latency")]
    public void A_request_that_would_take_weeks_of_every_candidate_goes_to_one_that_is_ready(string policy)
    {
        var world = new World(policy).Model("huge", 0.9, bytes: 2_000_000_000).Client("c", 1, 0)
            .Executor("a", "huge", state: ExecutorState.Draining).Executor("b", "huge");

        world.Select("c", items: 1_000_000).Decision.Candidate.Executor.Id.ShouldBe("b");
    }

    [Fact]
    public void Bounds_name_the_limit_and_the_nearest_candidate()
    {
        var world = World.DigitZoo().Client("strict", 1, 0, maxLatencyMs: 0.5, minAccuracy: 0.975);

        world.Selector.Select(world.Demand("strict"), 1).ShouldBeNull();

        var exclusion = world.Explain("strict");
        exclusion.Criteria.ShouldBe(["bounds.maxLatencyMs", "bounds.minAccuracy"]);
        exclusion.Detail.ShouldContain("maxLatencyMs 0.5 excludes 2 of 4");
        exclusion.Detail.ShouldContain("minAccuracy 0.975 excludes 2 of 4 (the best of them, mlp-small@1, has 0.96)");
    }

    [Fact]
    public void A_bound_on_accuracy_leaves_the_fastest_that_meets_it()
    {
        var world = World.DigitZoo().Client("sure", 1, 0, minAccuracy: 0.975);

        world.Select("sure").Decision.ShouldSatisfyAllConditions(
            d => d.Candidate.Executor.Id.ShouldBe("cnn"), d => d.Considered.ShouldBe(2));
    }

    [Fact]
    public void Criteria_without_a_client_select_too()
    {
        var world = World.DigitZoo();

        var demand = world.Snapshot.DemandOf(new Criteria(World.Digits, new Preference(0, 3)));

        world.Selector.Select(demand, 1).ShouldNotBeNull().Decision.Candidate.Executor.Id.ShouldBe("cnn");
    }

    [Fact]
    public void A_survey_shows_every_candidate_and_what_excludes_it()
    {
        var world = World.DigitZoo().Client("sure", 1, 0, minAccuracy: 0.975)
            .Executor("mlp-wide", "mlp-wide", state: ExecutorState.Draining);

        var prospects = world.Selector.Survey(world.Demand("sure"), 1);

        prospects.Select(p => (p.Candidate.Executor.Id, p.Selected, string.Join(',', p.ExcludedBy))).ShouldBe(
        [
            ("cnn", true, ""), ("linear", false, "bounds.minAccuracy"), ("mlp-small", false, "bounds.minAccuracy"),
            ("mlp-wide", false, "state"),
        ]);
        prospects[0].Utility.ShouldBeInRange(0.9, 1);
        world.Snapshot.Executors["cnn"].InFlight.ShouldBe(0);
    }
}
