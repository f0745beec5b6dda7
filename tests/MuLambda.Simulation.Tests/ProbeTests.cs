namespace MuLambda.Simulation.Tests;

public sealed class ProbeTests
{
    [Fact]
    public void Whole_milliseconds_hide_small_differences()
    {
        // By its id the farther executor comes first, so of equals it is taken.
        TwoNodes(10.4, 10.3, new() { WholeMilliseconds = true }).ShouldAllBe(r => r.Executor == 0);
        TwoNodes(10.4, 10.3, new()).ShouldAllBe(r => r.Executor == 1);
    }

    [Fact]
    public void Nothing_is_known_of_the_network_before_the_first_report_unless_nodes_have_measured_before()
    {
        var records = TwoNodes(30, 10, new() { Warm = false });

        records[0].Executor.ShouldBe(0);

        // Each node measures within its first interval of 5 s and reports within the second after.
        records.Where(r => r.StartMs > 6100).ShouldAllBe(r => r.Executor == 1);
        records.ShouldContain(r => r.StartMs > 6100);
        TwoNodes(30, 10, new()).ShouldAllBe(r => r.Executor == 1);
    }

    [Fact]
    public void Without_probes_nothing_is_ever_known() =>
        TwoNodes(30, 10, ProbeSpec.None).ShouldAllBe(r => r.Executor == 0);

    [Fact]
    public void Jitter_delays_answers_and_shows_in_what_probes_measure()
    {
        // The median of the jittered way is near 10 + 20; the other is 25 always.
        var records = TwoNodes(10, 25, new(), jitterMs: 40);

        records.ShouldContain(r => r.Executor == 1);
        var spec = Clusters.One(new SyntheticServiceTime(5, 0, 0, 0), new ClosedLoop(1, 2000), delayMs: 10);
        var jittered = Clusters.Run(spec with { Nodes = [new("node", 10, JitterMs: 40)] });
        jittered.Min(r => r.RoundTripMs).ShouldBeInRange(15, 15.5);
        jittered.Max(r => r.RoundTripMs).ShouldBeInRange(54.5, 55);
        jittered.Average(r => r.RoundTripMs).ShouldBe(35, tolerance: 1);
    }

    [Fact]
    public void A_network_of_ones_own_decides_both_ways()
    {
        var spec = Clusters.One(new SyntheticServiceTime(5, 0, 0, 0), new ClosedLoop(1, 3)) with { Network = new Ways() };
        spec = spec with
        {
            Clients = [spec.Clients[0], spec.Clients[0] with { Id = "second" }],
            Executors = [new("executor", 0, 0), new("other", 0, 0)],
        };

        foreach (var record in Clusters.Run(spec, "random"))
        {
            record.RoundTripMs.ShouldBe(record.Client == 0 ? 1 + 5 + 10 : 2 + 5 + 20, tolerance: 1e-6);
        }
    }

    private static List<RequestRecord> TwoNodes(double firstMs, double secondMs, ProbeSpec probes, double jitterMs = 0)
    {
        var spec = new ClusterSpec
        {
            Nodes = [new("first", firstMs, jitterMs), new("second", secondMs)],
            Models = [Clusters.Model("model", new SyntheticServiceTime(20, 0, 0, 0))],
            Executors = [new("a", 0, 0), new("b", 1, 0)],
            Clients = [new("client", Clusters.Criteria(), new ClosedLoop(1, 400))],
            Probes = probes,
        };
        return [.. Clusters.Run(spec, "plain-net-latency")];
    }

    private sealed class Ways : INetwork
    {
        public double ToNodeMs(int node, int client) => client + 1;

        public double FromNodeMs(int node, int client) => 10 * (client + 1);
    }
}
