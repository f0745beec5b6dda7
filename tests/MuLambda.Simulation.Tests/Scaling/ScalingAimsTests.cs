using MuLambda.Simulation.Scaling;

namespace MuLambda.Simulation.Tests.Scaling;

public sealed class ScalingAimsTests
{
    [Fact]
    public void The_target_counts_where_any_policy_meets_it()
    {
        var aim = ScalingAims.Check(
        [
            Cell("steady", ("slo", 0.995, 10, 0), ("fixed", 1, 20, 0)),
            Cell("ramp", ("slo", 0.98, 10, 0), ("fixed", 0.991, 20, 0)),
            Cell("diurnal", ("slo", 0.5, 10, 0), ("fixed", 0.6, 20, 0)),
        ])[0];

        (aim.Held, aim.Checked, aim.IsReached).ShouldBe((1, 2, false));
        aim.Misses.ShouldBe(["ramp: 98.00 %, 99.10 % by fixed"]);
    }

    [Fact]
    public void The_spike_is_checked_by_itself()
    {
        var cells = new[] { Cell("spike", ("slo", 0.985, 10, 0)), Cell("steady", ("slo", 1, 10, 0)) };

        ScalingAims.Check(cells)[1].IsReached.ShouldBeFalse();
        ScalingAims.Check([Cell("spike", ("slo", 0.9901, 10, 0))])[1].IsReached.ShouldBeTrue();
        ScalingAims.Check([cells[1]])[1].IsReached.ShouldBeFalse("nothing was checked");
    }

    [Fact]
    public void Savings_are_averaged_over_the_traces_and_need_equal_attainment()
    {
        ScalingCell[] cells =
        [
            Cell("steady", ("slo", 1, 60, 0), ("hpa", 1, 100, 0)),
            Cell("ramp", ("slo", 0.99, 80, 0), ("hpa", 0.99, 100, 0)),
        ];

        ScalingAims.SavingOver("hpa", cells).ShouldBe(0.3, tolerance: 1e-9);
        ScalingAims.Check(cells)[2].IsReached.ShouldBeTrue();
        ScalingAims.Check([Cell("steady", ("slo", 0.99, 60, 0), ("hpa", 1, 100, 0))])[2].IsReached.ShouldBeFalse();
        ScalingAims.Check([Cell("steady", ("slo", 1, 81, 0), ("hpa", 1, 100, 0))])[2].IsReached.ShouldBeFalse();
        ScalingAims.Check(cells).ShouldNotContain(aim => aim.Title.Contains("concurrency", StringComparison.Ordinal));
    }

    [Fact]
    public void One_change_of_direction_in_a_window_is_no_flapping()
    {
        ScalingAims.Check([Cell("steady", ("slo", 1, 10, 1))])[^1].IsReached.ShouldBeTrue();
        ScalingAims.Check([Cell("steady", ("slo", 1, 10, 2))])[^1].IsReached.ShouldBeFalse();
    }

    [Fact]
    public void Without_the_challenger_there_is_nothing_to_check() => ScalingAims.Check([Cell("steady", ("hpa", 1, 10, 0))]).ShouldBeEmpty();

    [Fact]
    public void What_the_challenger_takes_against_a_policy_tuned_by_hand_is_told_and_no_aim()
    {
        ScalingCell[] cells =
        [
            Tuned(Cell("steady", ("slo", 1, 60, 0), ("concurrency", 0.5, 10, 0)), ("concurrency-1", 1, 200, 0), ("concurrency-5", 0.995, 100, 0)),
            Tuned(Cell("spike", ("slo", 0.99, 75, 0), ("concurrency", 0.5, 10, 0)), ("concurrency-1", 1, 100, 0), ("concurrency-5", 0.9, 50, 0)),
        ];

        var told = ScalingAims.Check(cells).Where(aim => aim.IsInformation).ToList();

        told.Count.ShouldBe(2);
        told[0].Found.ShouldBe("32.5 % fewer, at 99.50 % against 99.75 %; 99 % is met in 2 of 2 against 2");
        told[0].Misses.ShouldBeEmpty();
        told[1].Found.ShouldBe("47.5 % fewer, at 99.50 % against 100.00 %; 99 % is met in 2 of 2 against 2");
        ScalingAims.Check([cells[0] with { Tuning = [] }]).ShouldNotContain(aim => aim.IsInformation);
    }

    [Fact]
    public void The_best_target_is_the_largest_that_meets_the_objective_or_the_one_nearest_to_it()
    {
        var met = Tuned(Cell("steady", ("concurrency", 0.5, 10, 0)), ("concurrency-1", 1, 200, 0), ("concurrency-5", 0.995, 100, 0), ("concurrency-20", 0.98, 50, 0));
        var missed = Tuned(Cell("on-off", ("concurrency", 0.5, 10, 0)), ("concurrency-1", 0.97, 200, 0), ("concurrency-5", 0.98, 100, 0));
        var usual = Tuned(Cell("steady", ("concurrency", 0.99, 10, 0)), ("concurrency-1", 1, 200, 0));

        HandTuning.Best(met)!.Policy.ShouldBe("concurrency-5");
        HandTuning.Best(missed)!.Policy.ShouldBe("concurrency-5");
        HandTuning.Best(usual)!.Policy.ShouldBe("concurrency");
        HandTuning.Best(Cell("steady", ("concurrency", 1, 10, 0))).ShouldBeNull();
    }

    [Fact]
    public void The_best_target_of_a_model_meets_the_objective_on_the_most_of_its_traces()
    {
        ScalingCell[] cells =
        [
            Tuned(Cell("steady", ("concurrency", 0.5, 10, 0)), ("concurrency-1", 1, 200, 0), ("concurrency-5", 0.995, 100, 0)),
            Tuned(Cell("spike", ("concurrency", 0.5, 10, 0)), ("concurrency-1", 0.99, 200, 0), ("concurrency-5", 0.98, 100, 0)),
        ];

        HandTuning.BestOfModel(cells[0], cells)!.ShouldBe(cells[0].Tuning[0]);
        HandTuning.BestOfModel(cells[1], cells)!.ShouldBe(cells[1].Tuning[0]);
        HandTuning.BestOfModel(cells[0], cells[..1])!.Policy.ShouldBe("concurrency-5", "of equals the largest");
    }

    [Fact]
    public void A_tuned_policys_name_says_its_target()
    {
        HandTuning.TargetOf(HandTuning.NameOf(5)).ShouldBe(5);
        HandTuning.TargetOf("concurrency").ShouldBeNull();
        HandTuning.TargetOf("slo-5").ShouldBeNull();
    }

    private static ScalingCell Tuned(ScalingCell cell, params (string Policy, double Attainment, double ReplicaSeconds, int InWindow)[] tried) =>
        cell with { Tuning = Cell(cell.Trace.Name, tried).Policies };

    private static ScalingCell Cell(string trace, params (string Policy, double Attainment, double ReplicaSeconds, int InWindow)[] policies) => new(
        new ScalingTrace(trace, trace, 1, 0, (_, _) => [], IsMixed: true), null,
        [.. policies.Select(policy => new PolicyRuns(policy.Policy,
        [
            new ScalingResult(
                [new DeploymentResult(
                    "d", Offered: 10_000, Answered: 10_000, Good: (long)Math.Round(10_000 * policy.Attainment), Refused: 0, Lost: 0, WaitedCold: 0, Launches: 1,
                    Actions: 1, DirectionChanges: policy.InWindow, MostChangesInWindow: policy.InWindow, policy.ReplicaSeconds, MostReplicas: 1)],
                1, 2, []),
        ]))]);
}
