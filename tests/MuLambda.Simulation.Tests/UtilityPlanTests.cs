using MuLambda.Selection;

namespace MuLambda.Simulation.Tests;

public sealed class UtilityPlanTests
{
    [Fact]
    public void Streams_that_disturb_each_other_nowhere_share_the_best_executor()
    {
        // 50 ms however many are inside: worth 0.78.
        var plan = PlanOf(Clusters.One(new SyntheticServiceTime(50, 0, 0, 0), new ClosedLoop(5, 10)));

        plan.Utility.ShouldBe(0.78, tolerance: 1e-6);
        plan.Levels[0].ShouldBe(4);
    }

    [Fact]
    public void A_fast_executor_is_kept_free_of_company_and_the_surplus_waits_elsewhere()
    {
        // Alone in the fast one a request takes 10 ms, beside another 510: the rest had better wait together in the slow one.
        var spec = new ClusterSpec
        {
            Nodes = [new("node")],
            Models =
            [
                Clusters.Model("fast", new SyntheticServiceTime(10, 0, 0.5, 0), 1),
                Clusters.Model("slow", new SyntheticServiceTime(200, 0, 0.5, 0), 1),
            ],
            Executors = [new("fast", 0, 0), new("slow", 0, 1)],
            Clients = [new("client", Clusters.Criteria(), new ClosedLoop(20, 200))],
        };

        var plan = PlanOf(spec);

        plan.Levels[0].ShouldBe(0);
        plan.Levels[1].ShouldBeInRange(18, 19);
        plan.Price.ShouldBeLessThan(0);

        // 100 answers a second worth 1, and 19 streams that wait: 20 in 9.7 s, 0.95 of the time.
        plan.Utility.ShouldBe(100 / (100 + (0.95 * 20 / 9.7)), tolerance: 1e-4);
        Utility(spec, "oracle-plan").ShouldBe(plan.Utility, tolerance: 0.03);
        Utility(spec, "round-robin").ShouldBeLessThan(0.6);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0.5, 0.5)]
    public void No_chooser_does_better_than_the_plan_and_its_oracle_comes_near(double latency, double accuracy)
    {
        foreach (var streams in new[] { 5, 34 })
        {
            var spec = Clusters.Parity(new ClosedLoop(streams, 100), latency, accuracy);
            var plan = PlanOf(spec).Utility;

            foreach (var chooser in Cluster.Choosers)
            {
                Utility(spec, chooser).ShouldBeLessThan(plan + 0.01, $"{chooser}, {streams} streams");
            }

            Utility(spec, "oracle-plan").ShouldBeGreaterThan(plan - 0.03, $"{streams} streams");
        }
    }

    [Fact]
    public void The_plan_is_made_anew_when_an_executor_is_lost()
    {
        var spec = Clusters.Parity(new ClosedLoop(8, 100), 1, 0) with { Faults = [new ExecutorKilled(0, 500)] };

        var records = Clusters.Run(spec, "oracle-plan");

        records.Count(r => r.Executor == 0).ShouldBeGreaterThan(0);
        records.ShouldAllBe(r => r.Outcome == RequestOutcome.Answered && (r.Executor != 0 || r.StartMs <= 500));
    }

    private static UtilityPlan PlanOf(ClusterSpec spec)
    {
        UtilityPlan? plan = null;
        Cluster.Run(
            spec with { EndMs = 1 },
            new Planner((cluster, request) => plan ??= UtilityPlan.Of(cluster, request, cluster.Streams)), 1, new RequestList());
        return plan.ShouldNotBeNull();
    }

    private static double Utility(ClusterSpec spec, string chooser)
    {
        var weights = spec.Clients[0].Criteria.Desired.Normalise();
        var best = spec.Models.Max(m => m.Confidence?.Mean ?? m.Accuracy);
        return Clusters.Run(spec, chooser).Average(r =>
            (weights.Latency * WeightedPolicy.NormaliseLatency(r.RoundTripMs))
            + (weights.Accuracy * (double.IsNaN(r.Confidence) ? 0 : r.Confidence) / best));
    }

    private sealed class Planner(Action<ClusterState, OracleRequest> see) : IOracle
    {
        public int Choose(ClusterState cluster, in OracleRequest request)
        {
            see(cluster, request);
            return 0;
        }
    }
}
