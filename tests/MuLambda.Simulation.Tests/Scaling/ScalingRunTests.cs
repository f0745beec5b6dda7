using MuLambda.Scaling;
using MuLambda.Simulation.Batching;
using MuLambda.Simulation.Scaling;

namespace MuLambda.Simulation.Tests.Scaling;

public sealed class ScalingRunTests
{
    // A launch takes 400 ms and a request 50, always.
    private static readonly ScaledModel Even = new(
        "even", new BatchServer(FixedMs: 40, PerItemMs: 10, TransportMs: 0, Sigma: 0), new ColdStart(100, 300, Sigma: 0), SloMs: 200);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_request_is_answered_refused_or_lost_exactly_once(long seed)
    {
        var arrivals = new BurstArrivals(300, 5, 2000, 4000);
        var result = Run(arrivals, new RestlessReplicas(seed), 60_000, seed: seed).Deployments[0];

        var offered = Count(arrivals, seed, 60_000);
        result.Offered.ShouldBe(offered, Text($"seed {seed}"));
        (result.Answered + result.Refused + result.Lost).ShouldBe(offered, Text($"seed {seed}"));
        result.Good.ShouldBeLessThanOrEqualTo(result.Answered);
        result.WaitedCold.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_and_another_one_another()
    {
        ScalingResult Of(long seed) => Run(new PoissonArrivals(60), new PlannedReplicas((0, 1), (5000, 3)), 20_000, seed: seed);

        var (first, again, other) = (Of(4), Of(4), Of(5));

        again.Deployments.ShouldBe(first.Deployments);
        (again.P50Ms, again.P99Ms).ShouldBe((first.P50Ms, first.P99Ms));
        other.Deployments.ShouldNotBe(first.Deployments);
    }

    [Fact]
    public void Policies_meet_the_same_requests() =>
        Run(new PoissonArrivals(60), new PlannedReplicas((0, 1)), 20_000).Offered
            .ShouldBe(Run(new PoissonArrivals(60), new PlannedReplicas((0, 4)), 20_000).Offered);

    [Fact]
    public void A_request_that_finds_no_replica_waits_for_the_launch_that_it_causes_at_once()
    {
        var policy = new PlannedReplicas((1234, 1));

        var result = Run(At(1234), policy, 10_000);

        (result.WaitedCold, result.Launches, result.Answered, result.Good).ShouldBe((1, 1, 1, 0));
        result.P50Ms.ShouldBe(400 + 50, tolerance: 450 * LatencyBuckets.RelativeError);
        policy.Samples.ShouldContain(sample => sample.EndMs == 1234 && sample.WaitingCold == 1);
    }

    [Fact]
    public void Many_that_wait_cold_cause_one_launch_and_are_all_answered_in_batches()
    {
        var result = Run(At([.. Enumerable.Range(0, 50).Select(i => 1000.0 + i)]), new ReplicasOnDemand(), 20_000);

        (result.WaitedCold, result.Launches, result.Answered).ShouldBe((50, 1, 50));
        // One by one they would take 2.5 s.
        result.P99Ms.ShouldBeLessThan(1800);
    }

    [Fact]
    public void Replica_seconds_go_from_launch_to_end()
    {
        Run(At(1), new PlannedReplicas((0, 2), (10_000, 1)), 20_000).ReplicaSeconds.ShouldBe((2 * 10) + (1 * 10), tolerance: 1e-9);
        Run(At(1), new PlannedReplicas((0, 2), (10_000, 1)), 20_000, warmUpMs: 5000).ReplicaSeconds.ShouldBe((2 * 5) + (1 * 10), tolerance: 1e-9);
        Run(At(1), new PlannedReplicas((0, 0), (19_800, 1)), 20_000).ReplicaSeconds.ShouldBe(0, "the last decision is before");
    }

    [Fact]
    public void A_retired_replica_finishes_its_work_first()
    {
        var slow = Even with { Server = Even.Server with { FixedMs = 3000, PerItemMs = 0 }, SloMs = 20_000 };

        var result = Run(At(9800, 9801, 9900, 9901), new PlannedReplicas((0, 2), (10_000, 1)), 20_000, slow);

        result.Answered.ShouldBe(4);
        result.ReplicaSeconds.ShouldBeInRange(30 + 2.8, 30 + 6.2);
    }

    [Fact]
    public void What_starts_is_not_retired_before_it_was_ready()
    {
        var slow = Even with { ColdStart = new ColdStart(2000, 0, Sigma: 0) };

        var result = Run(At(1), new PlannedReplicas((0, 1), (500, 0)), 10_000, slow);

        result.Launches.ShouldBe(1);
        result.Answered.ShouldBe(1);
        result.ReplicaSeconds.ShouldBeInRange(2, 2.6);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void There_are_never_more_replicas_than_may_be(long seed)
    {
        Run(new PoissonArrivals(50), new RestlessReplicas(seed), 60_000, seed: seed, max: 3).Deployments[0].MostReplicas
            .ShouldBe(3, Text($"seed {seed}"));

        var both = ScalingRun.Run(
            new ScalingScenario([Deployment(new PoissonArrivals(50), new RestlessReplicas(seed)), Deployment(new PoissonArrivals(50), new RestlessReplicas(-seed))], 60_000)
            {
                Capacity = 5,
                TimelineMs = 100,
            },
            seed);
        both.Timeline.Count.ShouldBe(600);
        both.Timeline.Max(point => point.Alive).ShouldBe(5, Text($"seed {seed}"));
    }

    [Fact]
    public void Where_none_is_launched_as_many_wait_as_may_until_their_clients_give_up()
    {
        var result = ScalingRun.Run(
            new ScalingScenario([Deployment(At([.. Enumerable.Range(0, 30).Select(i => 1000.0 + i)]), new PlannedReplicas())], 5000)
            {
                MaxHeld = 20,
                TimeoutMs = 2000,
            },
            1).Deployments[0];

        (result.Offered, result.Answered, result.Refused, result.Lost, result.WaitedCold).ShouldBe((30, 0, 10, 20, 20));
        result.Attainment.ShouldBe(0);
    }

    [Fact]
    public void What_cannot_be_in_time_is_refused_and_not_kept_waiting()
    {
        var result = Run(new PoissonArrivals(400), new PlannedReplicas((0, 1)), 30_000, warmUpMs: 5000);

        result.Refused.ShouldBeGreaterThan(result.Offered / 2);
        result.P99Ms.ShouldBeLessThan(1.5 * Even.SloMs);
        result.Lost.ShouldBe(0);
    }

    [Fact]
    public void Requests_go_to_the_replica_that_has_the_least_to_do()
    {
        // Two at a time all the time: each replica gets one, and none waits.
        var pairs = Enumerable.Range(0, 100).SelectMany(i => new[] { 2000 + (i * 60.0), 2001 + (i * 60.0) });

        Run(At([.. pairs]), new PlannedReplicas((0, 2)), 20_000).P99Ms.ShouldBe(50, tolerance: 2);
    }

    [Fact]
    public void A_policy_is_told_what_was_seen()
    {
        var policy = new PlannedReplicas((0, 1));

        var result = Run(At(1001, 1200), policy, 3000);

        policy.Samples.Select(sample => sample.EndMs).ShouldBe([500, 1000, 1500, 2000, 2500]);
        policy.Samples.Sum(sample => sample.Requests).ShouldBe(result.Offered);
        policy.Samples.Sum(sample => sample.Good).ShouldBe(result.Good);
        var sample = policy.Samples.Single(sample => sample.EndMs == 1500);
        (sample.Requests, sample.Replicas).ShouldBe((2, 1));
        sample.Concurrency.ShouldBe((50.0 + 50) / 500, tolerance: 1e-9);
        sample.BusyReplicas.ShouldBe((50.0 + 50) / 500, tolerance: 1e-9);
        sample.P95Ms.ShouldBe(50, tolerance: 1);
        var last = policy.Snapshots[^1];
        last.ColdStartMs.ShouldBe(400, tolerance: 1e-6);
        last.Service!.ExpectedMs(1).ShouldBe(50, tolerance: 1);
        last.Service.Observations.ShouldBe(2);
        (last.TargetMs, last.Ready, last.Starting).ShouldBe((200, 1, 0));
        policy.Snapshots[0].Service.ShouldBeNull();
    }

    [Fact]
    public void What_batches_take_is_told_by_replicas_that_are_there_and_until_one_of_them_knows_by_the_last_that_did()
    {
        // One after the other all go to the first replica, which is retired then.
        var policy = new PlannedReplicas((0, 2), (10_000, 1));

        Run(At([.. Enumerable.Range(1, 13).Where(i => i != 10).Select(i => (i * 1000.0) + 100)]), policy, 14_000);

        Told(9800).ShouldBe(9);
        Told(10_800).ShouldBe(9, "the other one has answered nothing");
        Told(11_600).ShouldBe(1);
        Told(13_600).ShouldBe(3);

        long Told(double untilMs) => policy.Snapshots.Last(snapshot => snapshot.NowMs <= untilMs).Service!.Observations;
    }

    [Fact]
    public void Actions_and_changes_of_direction_are_counted()
    {
        var result = Run(At(1), new PlannedReplicas((0, 1), (10_000, 3), (20_000, 2), (30_000, 4), (100_000, 1)), 120_000).Deployments[0];

        (result.Actions, result.DirectionChanges, result.MostChangesInWindow).ShouldBe((5, 3, 2));
        Run(At(1), new PlannedReplicas((0, 1), (10_000, 3), (90_000, 2), (91_000, 4)), 120_000).Deployments[0]
            .MostChangesInWindow.ShouldBe(1, "the first of the two turns is from what was decided long before");
    }

    [Fact]
    public void A_policy_is_asked_again_when_it_wants_to_be()
    {
        var asked = new List<double>();

        Run(At(450), new Revisiting(asked, revisitMs: 200), 1400);

        asked.ShouldBe([0, 200, 400, 500, 700, 900, 1000, 1200], tolerance: 1e-9);
    }

    [Fact]
    public void Without_a_deployment_there_is_nothing_to_run() =>
        Should.Throw<ArgumentException>(() => ScalingRun.Run(new ScalingScenario([], 1000), 1)).Message.ShouldContain("no deployment");

    private static ScalingResult Run(
        ArrivalProcess arrivals, IScalingPolicy policy, double durationMs, ScaledModel? model = null, double warmUpMs = 0, int max = 8, long seed = 1) =>
        ScalingRun.Run(
            new ScalingScenario([Deployment(arrivals, policy, model) with { Max = max }], durationMs) { WarmUpMs = warmUpMs }, seed);

    private static ScaledDeployment Deployment(ArrivalProcess arrivals, IScalingPolicy policy, ScaledModel? model = null) =>
        new("deployment", model ?? Even, arrivals, policy);

    private static TraceArrivals At(params double[] times) => new([.. times.Select(atMs => new Arrival(atMs))]);

    private static long Count(ArrivalProcess arrivals, long seed, double durationMs)
    {
        using var all = arrivals.Begin(RequestChance.Of(seed, 0, 0, 0));
        var count = 0L;
        while (all.MoveNext() && all.Current.AtMs < durationMs)
        {
            count++;
        }

        return count;
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private sealed class Revisiting(List<double> asked, double revisitMs) : IScalingPolicy
    {
        public string Name => "revisiting";

        public ScalingTarget Decide(ScalingSnapshot snapshot)
        {
            asked.Add(snapshot.NowMs);
            return new ScalingTarget(1, "again", new Dictionary<string, double>(), revisitMs);
        }
    }
}
