using MuLambda.Simulation.Paper;

namespace MuLambda.Simulation.Tests.Paper;

public sealed class GoalsTests
{
    [Fact]
    public void Utility_is_held_against_the_best_published_policy_of_each_cell()
    {
        var goal = Check("utility",
            Cell("parity", "psa", 5, ("weighted", 0.5, 100, 1), ("random", 0.6, 100, 1), ("mulambda", 0.595, 100, 1)),
            Cell("parity", "psa", 8, ("weighted", 0.7, 100, 1), ("random", 0.6, 100, 1), ("mulambda", 0.65, 100, 1)));

        (goal.Held, goal.Checks.Count).ShouldBe((1, 2));
        goal.Checks.Select(check => check.Subject).ShouldBe(["above random", "above weighted"]);
        goal.Checks[0].Margin.ShouldBe(0.005, 1e-9);
        goal.Checks[1].Margin.ShouldBe(-0.04, 1e-9);
        goal.Holds.ShouldBeFalse();
    }

    [Fact]
    public void The_average_is_held_against_weighted_and_the_best_single_policy()
    {
        var goal = Check("average",
            Cell("parity", "psa", 5, ("weighted", 0.4, 1, 1), ("random", 0.7, 1, 1), ("round-robin", 0.2, 1, 1), ("mulambda", 0.7, 1, 1)),
            Cell("parity", "psa", 8, ("weighted", 0.6, 1, 1), ("random", 0.4, 1, 1), ("round-robin", 0.8, 1, 1), ("mulambda", 0.6, 1, 1)));

        // Means .65 against .5 (weighted) and .55 (random).
        goal.Checks.Select(check => check.Subject).ShouldBe(["above weighted", "above random, the best"]);
        goal.Checks[0].Value.ShouldBe(0.3, 1e-9);
        goal.Checks[1].Value.ShouldBe(0.1818, 1e-4);
        goal.Holds.ShouldBeTrue();
    }

    [Fact]
    public void The_round_trip_of_scp_is_below_all_from_five_streams_on()
    {
        var goal = Check("scp",
            Cell("parity", "scp", 3, ("weighted", 0, 50, 1), ("mulambda", 0, 90, 1)),
            Cell("parity", "scp", 5, ("weighted", 0, 100, 1), ("random", 0, 80, 1), ("mulambda", 0, 80, 1)),
            Cell("parity", "scp", 8, ("weighted", 0, 100, 1), ("random", 0, 80, 1), ("mulambda", 0, 79, 1)),
            Cell("parity", "psa", 8, ("weighted", 0, 100, 1), ("random", 0, 80, 1), ("mulambda", 0, 200, 1)));

        goal.Checks.Select(check => (check.Cell!.Streams, check.Subject, check.Holds))
            .ShouldBe([(5, "relative to random", false), (8, "relative to random", true)]);
    }

    [Fact]
    public void Accuracy_and_round_trip_of_mda_are_checked_where_two_executors_share_the_best_model()
    {
        CellSummary[] cells =
        [
            .. new[] { "parity", "hyperlocal", "logical", "arbitrary" }.Select(schedule =>
                Cell(schedule, "mda", 1, ("weighted", 0, 100, 0.4), ("mulambda", 0, 60, 0.396))),
            Cell("parity", "mda", 2, ("weighted", 0, 100, 0.4), ("mulambda", 0, 61, 0.395)),
        ];

        foreach (var id in new[] { "mda-accuracy", "mda-latency" })
        {
            Check(id, cells).Checks.Select(check => (check.Cell!.Schedule.Name, check.Cell.Streams, check.Holds))
                .ShouldBe([("parity", 1, true), ("arbitrary", 1, true), ("parity", 2, false)]);
        }
    }

    [Fact]
    public void Nothing_is_checked_without_the_policies_that_are_compared()
    {
        PaperGoals.Check([Cell("parity", "scp", 5, ("weighted", 1, 1, 1))]).ShouldAllBe(goal => goal.Checks.Count == 0 && !goal.Holds);
        Check("average", Cell("parity", "scp", 5, ("random", 1, 1, 1), ("mulambda", 2, 1, 1))).Checks.Single().Subject
            .ShouldBe("above random, the best");
    }

    private static Goal Check(string id, params CellSummary[] cells) => PaperGoals.Check(cells).Single(goal => goal.Id == id);

    private static CellSummary Cell(
        string schedule, string useCase, int streams, params (string Policy, double Utility, double RoundTripMs, double Confidence)[] policies) => new(
        new PaperCell(
            PaperSchedules.Published.Single(one => one.Name == schedule),
            PaperUseCases.Published.Single(one => one.Name == useCase),
            streams,
            10,
            PaperNetworks.Published[0]),
        [.. policies.Select(policy => PolicySummary.Of(policy.Policy, [new PaperRunResult(
            policy.Policy, 1, 100, 0, 1, policy.RoundTripMs, policy.Confidence, policy.Utility, new QuantileSketch(), [],
            new Progress([], [], [policy.Utility]), new LoadTimeline(1, [], []))]))]);

    [Fact]
    public void With_all_requests_in_the_executors_of_the_best_model_the_least_round_trip_is_theirs_evenly_loaded()
    {
        // Two FastGood: 20 ms, 4 ms an item, 700 ms for each request ahead, 2.5 ms of jitter in the mean.
        var cell = new PaperCell(
            PaperSchedules.Published.Single(schedule => schedule.Name == "arbitrary"), PaperUseCases.Published.Single(useCase => useCase.Name == "mda"),
            9, 10, PaperNetworks.Published.Single(network => network.Name == "zero"));

        AccurateRoundTrip.LeastMs(cell, kept: 1).ShouldBe(20 + 40 + 2.5 + (700 * 3.5), 1e-6);
    }

    [Fact]
    public void Accuracy_that_may_be_given_up_makes_it_less()
    {
        var cell = new PaperCell(
            PaperSchedules.Published.Single(schedule => schedule.Name == "parity"), PaperUseCases.Published.Single(useCase => useCase.Name == "mda"),
            1, 1000, PaperNetworks.Published.Single(network => network.Name == "zero"));

        AccurateRoundTrip.LeastMs(cell, kept: 1).ShouldBe(40_115, 1e-6);
        AccurateRoundTrip.LeastMs(cell, kept: 0.99).ShouldBeInRange(0.9 * 40_115, 0.98 * 40_115);
        AccurateRoundTrip.LeastMs(cell, kept: 0).ShouldBeLessThan(1100);
    }

    [Fact]
    public void A_goal_that_not_even_the_bound_meets_is_impossible()
    {
        var check = new GoalCheck(null, "relative to weighted", 0.9, 0.6, AtLeast: false, Bound: 0.7);

        check.IsImpossible.ShouldBeTrue();
        (check with { Bound = 0.5 }).IsImpossible.ShouldBeFalse();
        (check with { Value = 0.5 }).IsImpossible.ShouldBeFalse();
        new Goal("mda-latency", "", [check, check with { Value = 0.5 }, check with { Bound = null }]).Impossible.ShouldBe(1);
    }
}
