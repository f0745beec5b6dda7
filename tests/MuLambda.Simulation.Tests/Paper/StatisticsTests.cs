using MuLambda.Catalog;
using MuLambda.Simulation.Paper;

namespace MuLambda.Simulation.Tests.Paper;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(1, 0, 10, 0.9, 0.5, 1)]
    [InlineData(1, 0, 10.5, 0.9, 0.5, 0.89)]
    [InlineData(1, 0, 1021, 0.9, 0.5, 0)]
    [InlineData(0, 1, 5000, 0.4, 0.5, 0.8)]
    [InlineData(0, 1, 10, 0.6, 0.5, 1.2)]
    [InlineData(0.5, 0.5, 150, 0.3, 0.5, 0.58)] // .5 * .56 + .5 * .6
    [InlineData(0.2, 0.8, 90, 0.25, 0.5, 0.534)] // .2 * .67 + .8 * .5
    public void Realised_utility_weighs_bucket_and_relative_confidence(
        double latency, double accuracy, double roundTripMs, double confidence, double best, double utility) =>
        RealisedUtility.Of(new Preference(latency, accuracy), roundTripMs, confidence, best).ShouldBe(utility, 1e-12);

    [Fact]
    public void An_interval_is_Students()
    {
        // Mean 4, deviation 1.581, error 0.7071, t(4) 2.776.
        var interval = Interval.Of([2, 3, 4, 5, 6]);

        interval.Mean.ShouldBe(4);
        interval.HalfWidth.ShouldBe(1.9632, 0.0001);
        interval.Low.ShouldBe(2.0368, 0.0001);
        double.IsNaN(Interval.Of([3]).HalfWidth).ShouldBeTrue();
    }

    [Fact]
    public void Quantiles_are_within_the_stated_error_of_the_exact_ones()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var values = Enumerable.Range(0, 20_000).Select(_ => Math.Exp((random.NextDouble() * 16) - 3)).ToArray();
        var sketch = new QuantileSketch();
        foreach (var value in values)
        {
            sketch.Add(value);
        }

        Array.Sort(values);
        foreach (var q in new[] { 0, 0.01, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1 })
        {
            var exact = values[Math.Max(0, (int)Math.Ceiling(q * values.Length) - 1)];
            sketch.Quantile(q).ShouldBe(exact, exact * 1.0001 * QuantileSketch.RelativeError, $"q {q}, seed {seed}");
        }
    }

    [Fact]
    public void Sketches_merge_to_the_sketch_of_all_in_any_order()
    {
        QuantileSketch Of(params double[] values)
        {
            var sketch = new QuantileSketch();
            foreach (var value in values)
            {
                sketch.Add(value);
            }

            return sketch;
        }

        var all = Of(0, 1, 5, 50, 700, 9000);
        var forth = Of(0, 700);
        forth.Merge(Of(5, 9000));
        forth.Merge(Of(1, 50));
        var back = Of(1, 50);
        back.Merge(new QuantileSketch());
        back.Merge(Of(9000, 5));
        back.Merge(Of(700, 0));

        foreach (var sketch in new[] { forth, back })
        {
            (sketch.FirstBin, sketch.Count, sketch.Min, sketch.Max).ShouldBe((all.FirstBin, 6, 0, 9000));
            sketch.Counts.ShouldBe(all.Counts);
        }

        double.IsNaN(new QuantileSketch().Quantile(0.5)).ShouldBeTrue();
    }

    [Fact]
    public void A_run_is_summed_up_as_computed_by_hand()
    {
        var cell = PaperGrid.Published.Cells.First(cell => cell is { Schedule.Name: "hyperlocal", UseCase.Name: "psa", Streams: 2 });
        var recorder = new PaperRecorder(cell, requests: 2);

        // Two streams with two requests each; one fails. Utilities with the best expected confidence of FastGood, 0.50345.
        recorder.Finished(Request(0, 0, 0, 20, 0, 0.25));
        recorder.Finished(Request(1, 0, 0, 100, 1, 0.5));
        recorder.Finished(Request(0, 1, 20, 30, 0, 0.25));
        recorder.Finished(Request(1, 1, 100, 50, -1, double.NaN) with { Outcome = RequestOutcome.Failed });
        var run = recorder.ToResult("random", 9);

        (run.Requests, run.Failed, run.DurationMs).ShouldBe((4, 1, 150));
        run.MeanRoundTripMs.ShouldBe(50);
        run.MeanConfidence.ShouldBe(1.0 / 3, 1e-12);
        run.MeanUtility.ShouldBe(((0.5 * (0.89 + 0.56 + 0.89)) + (0.5 / 0.50345 * (0.25 + 0.5 + 0.25))) / 4, 1e-5);
        run.Confidences.ShouldBe([new ValueCount(0.25, 2), new ValueCount(0.5, 1)]);
        run.Progress.RoundTripMs.ShouldBe([60, 30]);
        run.Progress.Confidence.ShouldBe([0.375, 0.25]);
        run.Load.BinMs.ShouldBe(10);
        run.Load.Sent[0].Take(4).ShouldBe([1, 0, 1, 0]);
        run.Load.InFlight[0].ShouldBe([2, 2, 2, 2, 2, 1, 1, 1, 1, 1]);

        static RequestRecord Request(int stream, int sequence, double startMs, double roundTripMs, int executor, double confidence) => new()
        {
            Stream = stream,
            Sequence = sequence,
            StartMs = startMs,
            RoundTripMs = roundTripMs,
            Executor = executor,
            Confidence = confidence,
            Outcome = RequestOutcome.Answered,
        };
    }

    [Fact]
    public void Load_keeps_its_sums_when_its_bins_widen()
    {
        var recorder = new LoadRecorder(nodes: 1, executors: 1);
        for (var i = 0; i < 100; i++)
        {
            recorder.Add(0, 0, i * 50, (i * 50) + 25);
        }

        var load = recorder.ToTimeline();

        load.BinMs.ShouldBe(160);
        load.Sent[0].Sum().ShouldBe(100);
        load.InFlight[0].Count.ShouldBe(32);
        load.InFlight[0].Average().ShouldBe(0.5, 0.05);
    }

    [Fact]
    public void Policies_are_compared_in_pairs_of_equal_seeds()
    {
        var lower = PolicySummary.Of("random", [Result(1, 0.5), Result(2, 0.7), Result(3, 0.6)]);
        var upper = PolicySummary.Of("mulambda", [Result(3, 0.71), Result(1, 0.6), Result(2, 0.81)]);

        var above = upper.UtilityAbove(lower);

        // Differences .10, .11, .11: mean .10667, deviation .005774, error .003333, t(2) 4.303. The policies themselves scatter by .1.
        above.Mean.ShouldBe(0.106667, 1e-6);
        above.HalfWidth.ShouldBe(0.014342, 1e-5);
        upper.Utility.HalfWidth.ShouldBe(0.26093, 0.0001);
        Should.Throw<ArgumentException>(() => upper.UtilityAbove(PolicySummary.Of("random", [Result(1, 0.5)]))).Message.ShouldContain("different seeds");
    }

    [Fact]
    public void One_seed_has_the_interval_of_ten_batches()
    {
        // Twenty parts in ten batches whose means are 0.5, 1.5, .. 9.5: mean 5, deviation 3.0277, error .95743, t(9) 2.2622.
        var summary = PolicySummary.Of("random", [Result(1, 5, [.. Enumerable.Range(0, 20).Select(i => (i / 2) + 0.5)])]);

        summary.Utility.Mean.ShouldBe(5);
        summary.Utility.HalfWidth.ShouldBe(2.1659, 0.001);
    }

    private static PaperRunResult Result(long seed, double utility, double[]? parts = null) => new(
        "x", seed, 100, 0, 1, 1, 1, utility, new QuantileSketch(), [], new Progress([], [], parts ?? [utility]), new LoadTimeline(1, [], []));
}
