namespace MuLambda.Scaling.Tests;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Every_latency_is_within_the_stated_error_of_its_buckets_middle()
    {
        for (var ms = LatencyBuckets.SmallestMs; ms < LatencyBuckets.LargestMs; ms *= 1.0007)
        {
            var middle = LatencyBuckets.MiddleMs(LatencyBuckets.IndexOf(ms));

            Math.Abs(middle - ms).ShouldBeLessThanOrEqualTo(ms * LatencyBuckets.RelativeError, $"{ms} ms");
        }
    }

    [Fact]
    public void Buckets_follow_each_other_without_a_gap()
    {
        var last = 0;
        for (var ms = 0.001; ms < 1e8; ms *= 1.0007)
        {
            var index = LatencyBuckets.IndexOf(ms);
            (index - last).ShouldBeInRange(0, 1);
            last = index;
        }

        last.ShouldBe(LatencyBuckets.Count - 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(double.NaN)]
    [InlineData(0.03)]
    public void What_is_no_time_or_next_to_none_is_in_the_first_bucket(double ms) => LatencyBuckets.IndexOf(ms).ShouldBe(0);

    [Fact]
    public void An_endless_latency_is_in_the_last_bucket() =>
        LatencyBuckets.IndexOf(double.PositiveInfinity).ShouldBe(LatencyBuckets.Count - 1);

    [Fact]
    public void Quantiles_are_those_of_the_latencies_within_the_stated_error()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var all = Enumerable.Range(0, 10_000).Select(_ => Math.Exp((random.NextDouble() * 8) - 1)).ToArray();
        var histogram = Of(all);
        Array.Sort(all);

        foreach (var share in (double[])[0, 0.01, 0.5, 0.95, 0.99, 0.999, 1])
        {
            var exact = all[Math.Clamp((int)Math.Ceiling(share * all.Length) - 1, 0, all.Length - 1)];
            histogram.Quantile(share)!.Value.ShouldBe(exact, exact * LatencyBuckets.RelativeError, $"seed {seed}, share {share}");
        }
    }

    [Fact]
    public void Merged_histograms_are_the_histogram_of_all_latencies()
    {
        double[] fast = [0.01, 1, 2, 3, 1e9], slow = [2, 100, 200];
        var merged = new LatencyHistogram();
        merged.Add(Of(fast).ToCounts());
        merged.Add(Of(slow).ToCounts());

        var whole = Of([.. fast, .. slow]);
        merged.Total.ShouldBe(8);
        merged.ToCounts().First.ShouldBe(whole.ToCounts().First);
        merged.ToCounts().Counts.ShouldBe(whole.ToCounts().Counts);
    }

    [Fact]
    public void Counts_leave_out_the_empty_buckets_at_both_ends()
    {
        var counts = Of([8.0, 8.0, 8.5]).ToCounts();

        counts.First.ShouldBe(LatencyBuckets.IndexOf(8));
        counts.Counts.ShouldBe([2L, 0, 1]);
    }

    [Fact]
    public void Without_a_latency_there_is_no_quantile_and_no_count()
    {
        new LatencyHistogram().Quantile(0.5).ShouldBeNull();
        new LatencyHistogram().ToCounts().ShouldBe(LatencyCounts.Empty);
    }

    private static LatencyHistogram Of(IEnumerable<double> latencies)
    {
        var histogram = new LatencyHistogram();
        foreach (var latency in latencies)
        {
            histogram.Add(latency);
        }

        return histogram;
    }
}
