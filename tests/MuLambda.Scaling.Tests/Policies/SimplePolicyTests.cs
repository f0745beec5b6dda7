namespace MuLambda.Scaling.Tests;

public sealed class SimplePolicyTests
{
    [Fact]
    public void Fixed_is_a_number_within_the_bounds()
    {
        Fixed(3, min: 0, max: 8).Replicas.ShouldBe(3);
        Fixed(9, min: 0, max: 8).Replicas.ShouldBe(8);
        Fixed(0, min: 2, max: 8).Replicas.ShouldBe(2);
        Fixed(9, min: 0, max: 8).Reason.ShouldBe("Always 9 replicas, but the bounds are 0 to 8.");

        static ScalingTarget Fixed(int replicas, int min, int max) =>
            new Trace(ScalingPolicies.Create("fixed", new Dictionary<string, double> { ["replicas"] = replicas })) { Min = min, Max = max }.Decide();
    }

    [Fact]
    public void A_p95_above_the_target_adds_a_step_and_then_waits_for_it()
    {
        var trace = Reactive(1);
        Latency(trace, 0.5, 61).Replicas.ShouldBe(2);
        Latency(trace, 14.5, 61).Replicas.ShouldBe(2);
        Latency(trace, 0.5, 61).Replicas.ShouldBe(3);
        trace.Last.Reason.ShouldBe("95 % took up to 61 ms, more than 60 ms.");
    }

    [Fact]
    public void A_factor_adds_more_where_there_are_many()
    {
        var trace = Reactive(4, new() { ["factor"] = 1.5, ["step"] = 1 });

        Latency(trace, 0.5, 61).Replicas.ShouldBe(6);
    }

    [Fact]
    public void A_p95_below_half_the_target_removes_one_after_each_minute()
    {
        var trace = Reactive(3);
        Latency(trace, 59.5, 29).Replicas.ShouldBe(3);
        Latency(trace, 1, 29).Replicas.ShouldBe(2);
        Latency(trace, 59, 29).Replicas.ShouldBe(2);
        Latency(trace, 1, 29).Replicas.ShouldBe(1);
        Latency(trace, 300, 29).Replicas.ShouldBe(1, "a latency is no reason to have none");
    }

    [Fact]
    public void Between_both_nothing_changes() => Latency(Reactive(3), 600, 45).Replicas.ShouldBe(3);

    [Fact]
    public void Its_own_target_goes_before_the_clients()
    {
        Latency(Reactive(1, new() { ["target-ms"] = 100 }), 30, 61).Replicas.ShouldBe(1);
        Latency(Reactive(1, new() { ["target-ms"] = 40 }), 0.5, 61).Replicas.ShouldBe(2);
    }

    [Fact]
    public void The_last_one_goes_when_it_was_kept_warm_and_comes_with_a_request()
    {
        var trace = new Trace(ScalingPolicies.Create("reactive-latency")) { Ready = 1, KeepWarmMs = 60_000 };
        Latency(trace, 2, 30);
        trace.Idle(59.5).Replicas.ShouldBe(1);
        trace.Idle(1).Replicas.ShouldBe(0);
        trace.Idle(60).Replicas.ShouldBe(0);

        trace.Add(sample => sample with { Requests = 1, Waiting = 1, WaitingCold = 1 }).Replicas.ShouldBe(1);
    }

    private static Trace Latency(Trace trace, double seconds, double p95) => trace.For(seconds, sample => sample with { Requests = 10, Good = 10, P95Ms = p95 });

    private static Trace Reactive(int ready, Dictionary<string, double>? options = null) =>
        new(ScalingPolicies.Create("reactive-latency", options)) { Ready = ready };
}
