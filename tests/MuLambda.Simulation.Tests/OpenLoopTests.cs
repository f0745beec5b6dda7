namespace MuLambda.Simulation.Tests;

public sealed class OpenLoopTests
{
    // The sojourn times of a queue are correlated: the tolerance is what several seeds were seen to scatter by, about three times over.
    [Theory]
    [InlineData(ServerDiscipline.Fifo, 1, 0.5)]
    [InlineData(ServerDiscipline.Fifo, 1, 0.8)]
    [InlineData(ServerDiscipline.Fifo, 2, 0.7)]
    [InlineData(ServerDiscipline.Sharing, 1, 0.7)]
    public void With_exponential_times_requests_take_what_queueing_theory_says(ServerDiscipline discipline, int slots, double load)
    {
        const double serviceMs = 10;
        var service = new QueueingServiceTime(serviceMs, slots: slots, scatter: Scatter.Exponential, discipline: discipline);

        var meanMs = MeanMs(service, load * slots / serviceMs * 1000);

        // M/M/1 and M/M/1 under sharing: S / (1 - load); M/M/2: S / (1 - load^2).
        meanMs.ShouldBe(serviceMs / (1 - Math.Pow(load, slots)), tolerance: 0.08 * serviceMs / (1 - load));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void With_constant_times_requests_wait_half_as_long(double load)
    {
        const double serviceMs = 10;

        var meanMs = MeanMs(new QueueingServiceTime(serviceMs), load / serviceMs * 1000);

        // M/D/1: the wait is load S / (2 (1 - load)).
        meanMs.ShouldBe(serviceMs + (load * serviceMs / (2 * (1 - load))), tolerance: 0.04 * serviceMs / (1 - load));
    }

    [Fact]
    public void Under_sharing_the_mean_does_not_depend_on_how_times_scatter()
    {
        var service = new QueueingServiceTime(10, discipline: ServerDiscipline.Sharing);

        MeanMs(service, 70).ShouldBe(10 / (1 - 0.7), tolerance: 0.08 * 10 / (1 - 0.7));
    }

    [Fact]
    public void An_open_loop_refuses_what_is_more_than_it_may_have_under_way()
    {
        var spec = Clusters.One(
            new QueueingServiceTime(1000), new OpenLoop(new TraceArrivals([new(0), new(1), new(2), new(3), new(1500)]), MaxInFlight: 3));

        var records = Clusters.Run(spec).OrderBy(r => r.StartMs).ToList();

        records.Select(r => r.Outcome).ShouldBe(
        [
            RequestOutcome.Answered, RequestOutcome.Answered, RequestOutcome.Answered, RequestOutcome.Refused, RequestOutcome.Answered,
        ]);
        records[3].Executor.ShouldBe(-1);
        records[3].RoundTripMs.ShouldBe(0);
        records[2].RoundTripMs.ShouldBe(2998, tolerance: 1e-6);
    }

    [Fact]
    public void A_trace_says_when_requests_come_and_what_they_carry()
    {
        var spec = Clusters.One(
            new QueueingServiceTime(1, perItemMs: 2), new OpenLoop(new TraceArrivals([new(5, 3), new(50), new(70.5, 7)])));
        spec = spec with { Clients = [spec.Clients[0] with { StartMs = 1000 }] };

        Clusters.Run(spec).Select(r => (r.StartMs, r.Items, Math.Round(r.RoundTripMs, 6)))
            .ShouldBe([(1005, 3, 7), (1050, 1, 3), (1070.5, 7, 15)]);
    }

    [Fact]
    public void A_request_that_is_not_answered_in_time_ends_and_its_place_in_the_line_is_left_out()
    {
        var spec = Clusters.One(
            new QueueingServiceTime(100), new OpenLoop(new TraceArrivals([new(0), new(1), new(2), new(3)])));
        spec = spec with { Clients = [spec.Clients[0] with { TimeoutMs = 150 }] };

        var records = Clusters.Run(spec).OrderBy(r => r.StartMs).ToList();

        // The second would take 199 ms. It gives up at 151 while it runs; the third and fourth leave the line before their turn.
        records.Select(r => r.Outcome).ShouldBe(
            [RequestOutcome.Answered, RequestOutcome.TimedOut, RequestOutcome.TimedOut, RequestOutcome.TimedOut]);
        records.Skip(1).ShouldAllBe(r => Math.Abs(r.RoundTripMs - 150) < 1e-6);
    }

    private static double MeanMs(ServiceTime service, double perSecond)
    {
        const int requests = 100_000;
        var mean = new MeanSink(skip: 5_000);
        var spec = Clusters.One(service, new OpenLoop(new PoissonArrivals(perSecond), requests, MaxInFlight: 100_000)) with
        {
            Probes = ProbeSpec.None,
            LoadReports = new() { IntervalMs = 0 },
        };

        Cluster.Run(spec, "round-robin", 3, mean).Answered.ShouldBe(requests);
        return mean.MeanMs;
    }

    private sealed class MeanSink(int skip) : IRequestSink
    {
        private int _seen;
        private double _sum;

        public double MeanMs => _sum / (_seen - skip);

        public void Finished(in RequestRecord record) => _sum += ++_seen > skip ? record.RoundTripMs : 0;
    }
}
