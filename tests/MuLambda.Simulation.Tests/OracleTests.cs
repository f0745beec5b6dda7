namespace MuLambda.Simulation.Tests;

public sealed class OracleTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(13)]
    public void With_perfect_knowledge_requests_are_faster_than_with_any_published_policy(int streams)
    {
        var spec = Clusters.Parity(new ClosedLoop(streams, 100), 1, 0);
        var oracle = Clusters.Run(spec, "oracle-latency").Average(r => r.RoundTripMs);

        foreach (var policy in new[] { "weighted", "plain-net-latency", "random", "round-robin" })
        {
            oracle.ShouldBeLessThan(Clusters.Run(spec, policy).Average(r => r.RoundTripMs), policy);
        }
    }

    [Fact]
    public void An_oracle_sees_what_is_in_an_executor_and_what_that_adds()
    {
        var seen = new List<(int Inside, double ServiceMs, double MarginalMs, double RoundTripMs)>();
        var spec = Clusters.One(new SyntheticServiceTime(10, 0, 0.1, 4), new OpenLoop(new TraceArrivals([new(0), new(1), new(2)])), delayMs: 30);

        Cluster.Run(spec, new Spy(cluster =>
        {
            seen.Add((cluster.Inside(0), cluster.ServiceMs(0, 1, cluster.Inside(0)), cluster.MarginalMs(0, 1), cluster.RoundTripMs(0, 0)));
            return 0;
        }), 1, new RequestList());

        // The one inside would see 112 / 12 others come while this one is there; the two, twice 212 / 112.
        seen.Select(s => (s.Inside, s.ServiceMs, s.RoundTripMs)).ShouldBe([(0, 12, 30), (1, 112, 30), (2, 212, 30)]);
        seen.Select(s => s.MarginalMs).ShouldBe([12, 112 + (100 * 112.0 / 12), 212 + (100 * 2 * 212.0 / 112)], tolerance: 1e-9);
    }

    [Theory]
    [InlineData("oracle-latency")]
    [InlineData("oracle-utility")]
    [InlineData("oracle-plan")]
    public void An_oracle_avoids_executors_that_are_down_and_ones_that_just_failed(string oracle)
    {
        var spec = Clusters.Parity(new ClosedLoop(3, 100)) with { Faults = [new ExecutorKilled(0, 500), new ExecutorSlowed(1, 50, 0)] };

        var records = Clusters.Run(spec, oracle);

        records.ShouldAllBe(r => r.Outcome == RequestOutcome.Answered);
        records.ShouldNotContain(r => r.StartMs > 500 && r.Executor == 0);

        // The one that is fifty times slower may be where a plan lets the surplus wait.
        records.Count(r => r.Executor == 1).ShouldBeLessThan(10);
    }

    [Fact]
    public void With_nothing_but_accuracy_the_best_model_is_chosen_and_of_its_executors_the_cheapest()
    {
        var records = Clusters.Run(Clusters.Parity(new ClosedLoop(1, 20), 0, 1), "oracle-utility");

        // Node 0 is the nearest and a single stream never finds it busy.
        records.ShouldAllBe(r => r.Executor == 3);
    }

    [Fact]
    public void A_chooser_that_there_is_not_is_named() =>
        Should.Throw<ArgumentException>(() => Clusters.Run(Clusters.Parity(new ClosedLoop(1, 1)), "best"))
            .Message.ShouldContain("'best'");

    private sealed class Spy(Func<ClusterState, int> choose) : IOracle
    {
        public int Choose(ClusterState cluster, in OracleRequest request) => choose(cluster);
    }
}
