namespace MuLambda.Scaling.Tests;

public sealed class ConcurrencyPolicyTests
{
    [Fact]
    public void The_mean_concurrency_of_a_minute_is_divided_by_70_percent_of_100()
    {
        var trace = Started(2);

        // 2 ready and 140 at a time: 140 / 70 = 2.
        trace.Concurrency(60, 140).Replicas.ShouldBe(2);

        // After 30 s of 210 the minute's mean is (30 * 140 + 30 * 210) / 60 = 175, and 175 / 70 = 2.5.
        trace.Concurrency(30, 210).Replicas.ShouldBe(3);
        trace.Last.Inputs["stableConcurrency"].ShouldBe(175, 1e-6);
        trace.Last.Inputs["panic"].ShouldBe(0);
    }

    [Fact]
    public void Twice_what_is_ready_within_6_seconds_is_panic_and_all_of_it_is_wanted()
    {
        var trace = Started(1);
        trace.Concurrency(60, 35).Replicas.ShouldBe(1);

        // 2 s of 350 in 6 s: (4 * 35 + 2 * 350) / 6 = 140, which is 2 replicas: twice the one that is ready. The minute's mean is only 45.5.
        trace.Concurrency(2, 350).Replicas.ShouldBe(2);
        trace.Last.Inputs["panicConcurrency"].ShouldBe(140, 1e-6);
        trace.Last.Inputs["stableConcurrency"].ShouldBe(45.5, 1e-6);
        trace.Last.Inputs["panic"].ShouldBe(1);

        // The whole window: 350 / 70 = 5.
        trace.Concurrency(4, 350).Replicas.ShouldBe(5);
    }

    [Fact]
    public void Less_than_twice_is_no_panic()
    {
        // 2 ready, and 3 asked for by 6 s of 210: 3 / 2 is below 200 %.
        var trace = Started(2);
        trace.Concurrency(60, 119);
        trace.Concurrency(6, 210);

        trace.Last.Inputs["panic"].ShouldBe(0);
        trace.Replicas.ShouldBe(2);
    }

    [Fact]
    public void In_panic_nothing_is_removed_and_it_ends_a_stable_window_after_it_was_last_called_for()
    {
        var trace = Started(1);
        trace.Concurrency(60, 35).Concurrency(6, 350).Replicas.ShouldBe(5);

        // The panic window is empty after 6 s; the last tick that called for panic was within the first second or so, as 5 became ready.
        trace.Concurrency(50, 1);
        trace.Last.Inputs["panic"].ShouldBe(1);
        trace.Replicas.ShouldBe(5);

        trace.Concurrency(20, 1);
        trace.Last.Inputs["panic"].ShouldBe(0);
        trace.Replicas.ShouldBeLessThan(5);
    }

    [Fact]
    public void At_most_half_are_removed_at_a_tick()
    {
        var trace = Started(8, new() { ["stable-window-seconds"] = 6, ["tick-seconds"] = 6 });
        trace.Concurrency(10, 560).Concurrency(20, 0.5);

        // At 12 s 4 of 6 seconds are of 560: 373 / 70 = 5.3. At 18 s 1 is asked for, and half of 6 is the least.
        Changes(trace).ShouldBe([8, 6, 3, 1]);
    }

    [Fact]
    public void The_rate_down_divides_what_is_ready()
    {
        var trace = Started(8, new() { ["stable-window-seconds"] = 6, ["tick-seconds"] = 6, ["max-scale-down-rate"] = 1.3 });
        trace.Concurrency(10, 560).Concurrency(50, 0.5);

        // floor(8 / 1.3) = 6, floor(6 / 1.3) = 4, and so on.
        Changes(trace).ShouldBe([8, 6, 4, 3, 2, 1]);
    }

    [Fact]
    public void Up_is_limited_by_the_rate_on_what_is_ready()
    {
        var trace = Started(1, new() { ["max-scale-up-rate"] = 2, ["container-concurrency-target"] = 10 });
        trace.ColdStartMs = 10_000;

        // 70 at a time ask for 10, but 2 * 1 is the most until others are ready.
        trace.Concurrency(8, 70);

        trace.Replicas.ShouldBe(2);
    }

    [Fact]
    public void A_first_request_is_answered_for_at_once_and_the_last_replica_stays_a_window_and_a_grace_period()
    {
        var trace = Started(0, new() { ["initial-scale"] = 0 });
        trace.Idle(31.5).Replicas.ShouldBe(0);

        trace.Add(sample => sample with { Requests = 1, Waiting = 1, WaitingCold = 1, Concurrency = 0.1 }).Replicas.ShouldBe(1, "between two ticks");
        var asked = trace.NowMs;

        // 60 s until the window is empty, 30 s of grace, and the next tick of 2 s.
        while (trace.Replicas == 1)
        {
            trace.Idle(0.5);
        }

        (trace.NowMs - asked).ShouldBeInRange(90_000, 92_500);
    }

    [Fact]
    public void A_new_deployment_has_its_initial_scale()
    {
        Started(0).Decide().Replicas.ShouldBe(1);
        Started(0, new() { ["initial-scale"] = 3 }).Decide().Replicas.ShouldBe(3);
    }

    [Fact]
    public void Activation_scale_is_the_fewest_where_there_are_any()
    {
        var trace = Started(0, new() { ["activation-scale"] = 3, ["initial-scale"] = 0 });
        trace.Idle(4);

        trace.Concurrency(4, 1).Replicas.ShouldBe(3);
    }

    [Fact]
    public void A_scale_down_delay_keeps_the_most_that_was_wanted()
    {
        var trace = Started(4, new() { ["stable-window-seconds"] = 6, ["scale-down-delay-seconds"] = 30 });
        trace.Concurrency(20, 280).Concurrency(28, 1).Replicas.ShouldBe(4);

        trace.Concurrency(10, 1).Replicas.ShouldBeLessThan(4);
    }

    [Fact]
    public void Nothing_changes_on_missing_data()
    {
        var trace = Started(4);
        trace.Concurrency(60, 280);
        trace.Silence(120_000);

        trace.Decide().Replicas.ShouldBe(4);
    }

    private static IEnumerable<int> Changes(Trace trace) => trace.Targets.Select(target => target.Target.Replicas)
        .Where((replicas, i) => i == 0 || trace.Targets[i - 1].Target.Replicas != replicas);

    private static Trace Started(int ready, Dictionary<string, double>? options = null) =>
        new(ScalingPolicies.Create("concurrency", options)) { Ready = ready };
}
