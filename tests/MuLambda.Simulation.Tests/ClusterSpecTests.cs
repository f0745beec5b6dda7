namespace MuLambda.Simulation.Tests;

public sealed class ClusterSpecTests
{
    private static readonly Dictionary<string, Func<ClusterSpec, ClusterSpec>> Broken = new()
    {
        ["nodes"] = s => s with { Nodes = [] },
        ["executors"] = s => s with { Executors = [] },
        ["selectors"] = s => s with { Selectors = [] },
        ["nodes[1].id"] = s => s with { Nodes = [new("a"), new("a")] },
        ["nodes[0].delayMs"] = s => s with { Nodes = [new("a", double.NaN)] },
        ["models[0].accuracy"] = s => s with { Models = [s.Models[0] with { Accuracy = 1.5 }] },
        ["executors[0].node"] = s => s with { Executors = [s.Executors[0] with { Node = 9 }] },
        ["executors[0].model"] = s => s with { Executors = [s.Executors[0] with { Model = -1 }] },
        ["selectors[0].maxAttempts"] = s => s with { Selectors = [new() { MaxAttempts = 0 }] },
        ["probes.intervalMs"] = s => s with { Probes = new() { IntervalMs = 0 } },
        ["probes.window"] = s => s with { Probes = new() { Window = 0 } },
        ["endMs"] = s => s with { EndMs = -1 },
        ["clients[0].load.streams"] = s => With(s, c => c with { Load = new ClosedLoop(0, 1) }),
        ["clients[0].load.requestsPerStream"] = s => With(s, c => c with { Load = new ClosedLoop(1, 0) }),
        ["clients[0].load.requests"] = s => With(s, c => c with { Load = new OpenLoop(new PoissonArrivals(1)) }),
        ["clients[0].load.maxInFlight"] = s => With(s, c => c with { Load = new OpenLoop(new PoissonArrivals(1), 1, 0) }),
        ["clients[0].items"] = s => With(s, c => c with { Items = new ItemCount.Between(5, 4) }),
        ["clients[0].timeoutMs"] = s => With(s, c => c with { TimeoutMs = 0 }),
        ["clients[0].selector"] = s => With(s, c => c with { Selector = 1 }),
        ["clients[0].changes[0].atFraction"] = s => With(s, c => c with { Changes = [new(Clusters.Criteria(), AtFraction: 1)] }),
        ["clients[0].changes[0]"] = s => With(s, c => c with { Changes = [new(Clusters.Criteria())] }),
        ["faults[0].executor"] = s => s with { Faults = [new ExecutorKilled(16, 1)] },
        ["faults[0].node"] = s => s with { Faults = [new NodeDelayed(4, 1, 1)] },
        ["faults[0].factor"] = s => s with { Faults = [new ExecutorSlowed(0, 0, 1)] },
        ["faults[0].untilMs"] = s => s with { Faults = [new ExecutorKilled(0, 5, 4)] },
    };

    public static TheoryData<string> Fields => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_cluster_that_cannot_be_simulated_says_which_field_is_wrong(string field)
    {
        var spec = Broken[field](Clusters.Parity(new ClosedLoop(1, 1)));

        var error = Should.Throw<ClusterSpecException>(() => Clusters.Run(spec));

        error.Field.ShouldBe(field);
        error.Message.ShouldStartWith(field + " ");
    }

    [Fact]
    public void Pairs_to_probe_have_a_bound()
    {
        var spec = Large(executorsPerNode: 1, nodes: 4000, clients: 3000, requests: 1) with { Probes = new() };

        Should.Throw<ClusterSpecException>(() => Clusters.Run(spec)).Message.ShouldContain("12000000");
    }

    [Fact]
    public void A_large_cluster_can_be_simulated()
    {
        var records = Clusters.Run(Large(executorsPerNode: 10, nodes: 100, clients: 1000, requests: 2), "round-robin");

        records.Count.ShouldBe(2000);
        records.ShouldAllBe(r => r.Outcome == RequestOutcome.Answered);
        records.Select(r => r.Executor).Distinct().Count().ShouldBe(1000);
    }

    [Fact]
    public void A_run_may_end_before_its_requests()
    {
        var list = new RequestList();

        var summary = Cluster.Run(
            Clusters.One(new QueueingServiceTime(10), new ClosedLoop(1, 1000)) with { EndMs = 105 }, "random", 1, list);

        list.Records.Count.ShouldBe(10);
        summary.EndMs.ShouldBe(105);
    }

    [Fact]
    public void A_run_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var spec = Clusters.One(new QueueingServiceTime(10), new ClosedLoop(1, 100_000));

        Should.Throw<OperationCanceledException>(() => Cluster.Run(spec, "random", 1, new Canceller(cancel), cancel.Token));
    }

    private static ClusterSpec With(ClusterSpec spec, Func<ClientSpec, ClientSpec> change) =>
        spec with { Clients = [change(spec.Clients[0])] };

    private static ClusterSpec Large(int executorsPerNode, int nodes, int clients, int requests) => new()
    {
        Nodes = [.. Enumerable.Range(0, nodes).Select(i => new NodeSpec($"node-{i}", i % 50))],
        Models = [Clusters.Model("model", new QueueingServiceTime(20))],
        Executors = [.. Enumerable.Range(0, nodes * executorsPerNode).Select(i => new ExecutorSpec($"executor-{i}", i / executorsPerNode, 0))],
        Clients = [.. Enumerable.Range(0, clients).Select(i => new ClientSpec($"client-{i}", Clusters.Criteria(), new ClosedLoop(1, requests)))],
        Probes = ProbeSpec.None,
        LoadReports = new() { IntervalMs = 0 },
    };

    private sealed class Canceller(CancellationTokenSource cancel) : IRequestSink
    {
        public void Finished(in RequestRecord record) => cancel.Cancel();
    }
}
