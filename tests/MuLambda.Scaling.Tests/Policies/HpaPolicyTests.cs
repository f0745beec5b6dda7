namespace MuLambda.Scaling.Tests;

public sealed class HpaPolicyTests
{
    [Theory]
    [InlineData(4, 1.00, 5)] // 1.00 / 0.8 = 1.25; 4 * 1.25 = 5
    [InlineData(4, 0.88, 4)] // 1.1 is within the tolerance of 0.1
    [InlineData(4, 0.89, 5)] // 1.1125 is not; ceil(4.45) = 5
    [InlineData(4, 0.72, 4)] // 0.9 is within
    public void The_ratio_to_80_percent_outside_of_a_tolerance_of_a_tenth_multiplies_the_replicas(int ready, double utilization, int expected)
    {
        var trace = Started(ready);
        trace.Utilization(15, utilization);

        trace.Replicas.ShouldBe(expected);
    }

    [Fact]
    public void It_decides_every_15_seconds()
    {
        var trace = Started(2);
        trace.Utilization(29.5, 1).Replicas.ShouldBe(3, "synchronized at 15 s: ceil(2 * 1.25)");
        trace.Last.RevisitMs.ShouldBe(500);

        trace.Utilization(0.5, 1).Replicas.ShouldBe(4, "synchronized at 30 s: ceil(3 * 1.25), with the third that became ready at 16 s");
    }

    [Fact]
    public void At_most_4_or_as_many_as_there_are_come_in_15_seconds()
    {
        // 20 % of the time are aimed at: 1 * 1 / 0.2 = 5 = 1 + 4, then 5 * 5 = 25, of which max(5 * 2, 5 + 4) = 10 are allowed.
        var trace = Started(1, new() { ["target-utilization-percentage"] = 20 });
        trace.Utilization(15, 1).Replicas.ShouldBe(5);
        trace.Utilization(15, 1).Replicas.ShouldBe(10);

        // From one alone 4 are added, where doubling is less.
        var tight = Started(1, new() { ["target-utilization-percentage"] = 10 });
        tight.Utilization(15, 1).Replicas.ShouldBe(5, "10 are recommended");
    }

    [Fact]
    public void Replicas_that_are_not_ready_count_as_idle_on_the_way_up()
    {
        // 4 wanted of which 2 are ready for all of the next period: 2 * 1.25 of 4 is 0.625 a replica, the other direction, so nothing happens.
        var trace = Started(2);
        trace.ColdStartMs = 60_000;
        trace.Utilization(15, 1).Replicas.ShouldBe(3);

        // (2 * 1.00 + 0) / 3 / 0.8 = 0.83: the direction turns.
        trace.Utilization(15, 1).Replicas.ShouldBe(3);
        trace.Targets.ShouldContain(decided => decided.Target.Reason.Contains("1 replica that starts is enough"));
    }

    [Fact]
    public void Replicas_that_are_not_ready_dampen_what_is_added()
    {
        // With a target of 50 %: 4 * 1 / 0.5 = 8; then 4 ready and 4 not: 4 / 8 / 0.5 = 1: within the tolerance.
        var trace = Started(4, new() { ["target-utilization-percentage"] = 50 });
        trace.ColdStartMs = 60_000;
        trace.Utilization(15, 1).Replicas.ShouldBe(8);
        trace.Utilization(15, 1).Replicas.ShouldBe(8);
    }

    [Fact]
    public void On_the_way_down_replicas_that_are_not_ready_are_left_out()
    {
        // 4 ready, 8 wanted, 20 % of 80 %: ceil(4 * 0.25) = 1, held by the window.
        var trace = Started(4, new() { ["target-utilization-percentage"] = 50, ["scale-down-stabilization-seconds"] = 0 });
        trace.ColdStartMs = 60_000;
        trace.Utilization(15, 1).Replicas.ShouldBe(8);

        // 0.2 / 0.5 = 0.4 of the 4 that are ready: ceil(1.6) = 2.
        trace.Utilization(15, 0.2).Replicas.ShouldBe(2);
    }

    [Fact]
    public void Down_goes_to_the_most_that_was_recommended_within_5_minutes()
    {
        var trace = Started(8);
        trace.Utilization(300, 0.8).Replicas.ShouldBe(8);

        // 0.4 / 0.8 = half; but until 300 s have passed there were recommendations of 8.
        trace.Utilization(290, 0.4).Replicas.ShouldBe(8);
        trace.Targets.ShouldContain(decided => decided.Target.Reason.Contains("More was recommended within 5 min"));
        trace.Utilization(25, 0.4).Replicas.ShouldBe(4);
    }

    [Fact]
    public void A_new_deployment_keeps_what_it_has_for_the_window()
    {
        var trace = Started(6);
        trace.Utilization(290, 0.1).Replicas.ShouldBe(6);
        trace.Utilization(25, 0.1).Replicas.ShouldBe(1);
    }

    [Fact]
    public void It_does_not_scale_to_zero()
    {
        var trace = Started(1);

        trace.Idle(900).Replicas.ShouldBe(1);
        Started(0).Idle(30).Replicas.ShouldBe(1, "there is no replica to begin with");
    }

    [Fact]
    public void Nothing_changes_on_missing_data()
    {
        var trace = Started(4);
        trace.Utilization(60, 0.8);
        trace.Silence(900_000);

        trace.Decide().Replicas.ShouldBe(4);
    }

    private static Trace Started(int ready, Dictionary<string, double>? options = null) =>
        new(ScalingPolicies.Create("hpa", options)) { Ready = ready, Max = 100 };
}
