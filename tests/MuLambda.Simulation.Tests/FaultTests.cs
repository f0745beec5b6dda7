namespace MuLambda.Simulation.Tests;

public sealed class FaultTests
{
    private static readonly ClosedLoop Load = new(8, 400);

    public static TheoryData<Fault> Faults => new()
    {
        new ExecutorKilled(0, 2000),
        new ExecutorKilled(0, 2000, UntilMs: 9000),
        new ExecutorKilled(0, 2000, UntilMs: 2100),
        new ExecutorKilled(0, 2000, NoticedAfterMs: 700),
        new ExecutorHung(0, 2000, UntilMs: 9000),
        new ExecutorHung(0, 2000),
        new NodeCutOff(0, 2000, UntilMs: 20_000),
        new NodeCutOff(0, 2000),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void No_request_is_lost_while_another_executor_can_answer(Fault fault)
    {
        foreach (var discipline in new[] { ServerDiscipline.Fifo, ServerDiscipline.Sharing, ServerDiscipline.Delay })
        {
            var records = Clusters.Run(TwoNodes(discipline) with { Faults = [fault] });

            records.Count.ShouldBe(8 * 400);
            records.ShouldAllBe(r => r.Outcome == RequestOutcome.Answered);
            records.ShouldContain(r => r.Retries > 0);
        }
    }

    [Fact]
    public void An_executor_that_runs_again_gets_requests_again()
    {
        var records = Clusters.Run(TwoNodes(ServerDiscipline.Fifo) with { Faults = [new ExecutorKilled(0, 1000, UntilMs: 3000)] });

        records.ShouldContain(r => r.Executor == 0 && r.EndMs < 1000);
        records.ShouldNotContain(r => r.Executor == 0 && r.EndMs > 1000 && r.EndMs < 3000);
        records.ShouldContain(r => r.Executor == 0 && r.EndMs > 3000);
    }

    [Fact]
    public void Without_another_executor_requests_fail_and_the_client_goes_on_later()
    {
        var spec = Clusters.One(new QueueingServiceTime(10), new ClosedLoop(1, 300)) with
        {
            Faults = [new ExecutorKilled(0, 1005, UntilMs: 4000)],
        };

        var records = Clusters.Run(spec);

        records.Count.ShouldBe(300);
        records.Count(r => r.Outcome == RequestOutcome.Failed).ShouldBeGreaterThan(0);
        records[^1].Outcome.ShouldBe(RequestOutcome.Answered);
        records.Where(r => r.Outcome != RequestOutcome.Answered).ShouldAllBe(r => double.IsNaN(r.Confidence));
    }

    [Theory]
    [InlineData(ServerDiscipline.Fifo)]
    [InlineData(ServerDiscipline.Sharing)]
    [InlineData(ServerDiscipline.Delay)]
    public void A_slowed_executor_takes_longer_while_it_is_slowed(ServerDiscipline discipline)
    {
        var spec = Clusters.One(Service(discipline, 20), new ClosedLoop(1, 200)) with
        {
            Faults = [new ExecutorSlowed(0, 10, 1000, UntilMs: 3000)],
        };

        var records = Clusters.Run(spec);

        records.Where(r => r.EndMs < 1000 || r.StartMs >= 3200).ShouldAllBe(r => Math.Abs(r.RoundTripMs - 20) < 1e-6);
        records.Where(r => r.StartMs >= 1000 && r.EndMs <= 3000).ShouldAllBe(r => Math.Abs(r.RoundTripMs - 200) < 1e-6);
        records.Count(r => r.RoundTripMs > 190).ShouldBeInRange(9, 11);
    }

    [Fact]
    public void Requests_that_share_an_executor_feel_at_once_that_it_is_slowed()
    {
        var spec = Clusters.One(
            new QueueingServiceTime(100, discipline: ServerDiscipline.Sharing), new OpenLoop(new TraceArrivals([new(0), new(0)]))) with
        {
            Faults = [new ExecutorSlowed(0, 4, 100, UntilMs: 200)],
        };

        // Half done after 100 ms; the next 100 ms bring 12.5 ms of work each; the rest takes twice 37.5.
        Clusters.Run(spec).ShouldAllBe(r => Math.Abs(r.RoundTripMs - 275) < 1e-6);
    }

    [Fact]
    public void Probes_show_a_longer_way_only_after_a_while()
    {
        // Node 0 becomes the farther one; the reported median follows when most of the samples in its window are new.
        var spec = TwoNodes(ServerDiscipline.Delay) with
        {
            Faults = [new NodeDelayed(0, 200, 10_000)],
            Probes = new() { IntervalMs = 5000, Window = 5 },
            Clients = [new("client", Clusters.Criteria(), new ClosedLoop(1, 4000)) { TimeoutMs = 10_000 }],
            EndMs = 60_000,
        };

        var records = Clusters.Run(spec, "plain-net-latency");

        // Three of five samples at an interval of 4.5 to 5.5 s: from 9 to 16.5 s, and the report's second.
        records.Where(r => r.StartMs < 19_000).ShouldAllBe(r => r.Executor == 0);
        records.Where(r => r.StartMs > 27_700).ShouldAllBe(r => r.Executor == 1);
        records.Where(r => r.StartMs is > 10_000 and < 19_000).ShouldAllBe(r => r.RoundTripMs >= 210);
    }

    [Fact]
    public void Faults_that_leave_requests_without_an_answer_need_timeouts()
    {
        var spec = Clusters.One(new QueueingServiceTime(10), Load) with { Faults = [new ExecutorHung(0, 5)] };

        Should.Throw<ClusterSpecException>(() => Clusters.Run(spec)).Field.ShouldBe("clients[0].timeoutMs");
    }

    private static ClusterSpec TwoNodes(ServerDiscipline discipline) => new()
    {
        Nodes = [new("near", 5), new("far", 25)],
        Models = [Clusters.Model("model", Service(discipline, 20))],
        Executors = [new("near", 0, 0), new("far", 1, 0)],
        Clients = [new("client", Clusters.Criteria(), Load) { TimeoutMs = 10_000 }],
    };

    private static ServiceTime Service(ServerDiscipline discipline, double ms) => discipline == ServerDiscipline.Delay
        ? new SyntheticServiceTime(ms, 0, 0.01, 0)
        : new QueueingServiceTime(ms, discipline: discipline);
}
