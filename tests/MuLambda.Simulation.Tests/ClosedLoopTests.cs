namespace MuLambda.Simulation.Tests;

public sealed class ClosedLoopTests
{
    [Fact]
    public void A_synthetic_model_takes_what_its_formula_says()
    {
        // D + 1000 alpha n + 1000 beta k without jitter; the node's answers take 30 ms more.
        var spec = Clusters.One(new SyntheticServiceTime(10, 0.002, 0.1, 0), new ClosedLoop(3, 1), delayMs: 30);
        spec = spec with { Clients = [spec.Clients[0] with { Items = new ItemCount.Fixed(5) }] };

        var records = Clusters.Run(spec);

        records.Select(r => r.RoundTripMs).ShouldBe([10 + 10 + 30, 10 + 10 + 100 + 30, 10 + 10 + 200 + 30], tolerance: 1e-9);
    }

    [Fact]
    public void Jitter_is_even_from_0_to_its_largest()
    {
        var records = Clusters.Run(Clusters.One(new SyntheticServiceTime(10, 0, 0, 60), new ClosedLoop(1, 20_000)));

        records.Min(r => r.RoundTripMs).ShouldBeInRange(10, 10.1);
        records.Max(r => r.RoundTripMs).ShouldBeInRange(69.9, 70);
        records.Average(r => r.RoundTripMs).ShouldBe(40, tolerance: 4 * 60 / Math.Sqrt(12 * 20_000));
    }

    [Fact]
    public void A_single_stream_meets_an_empty_executor_and_the_run_lasts_the_sum()
    {
        var list = new RequestList();

        var summary = Cluster.Run(
            Clusters.One(new SyntheticServiceTime(20, 0, 0.5, 0), new ClosedLoop(1, 100, ThinkMs: 5), delayMs: 10), "weighted", 1, list);

        list.Records.ShouldAllBe(r => Math.Abs(r.RoundTripMs - 30) < 1e-9);
        summary.Requests.ShouldBe(100);
        summary.Answered.ShouldBe(100);
        summary.EndMs.ShouldBe((100 * 30) + (99 * 5), tolerance: 1e-6);
    }

    [Fact]
    public void Streams_send_one_request_after_the_other()
    {
        var records = Clusters.Run(Clusters.Parity(new ClosedLoop(13, 60)), "random");

        records.Count.ShouldBe(13 * 60);
        foreach (var stream in records.GroupBy(r => r.Stream))
        {
            var inOrder = stream.OrderBy(r => r.Sequence).ToList();
            inOrder.Select(r => r.Sequence).ShouldBe(Enumerable.Range(0, 60));
            inOrder.Zip(inOrder.Skip(1)).ShouldAllBe(pair => pair.Second.StartMs >= pair.First.EndMs - 1e-6);
        }
    }
}
