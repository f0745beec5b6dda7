using MuLambda.Catalog;
using MuLambda.Prober.Probes;

namespace MuLambda.Prober.Tests.Probes;

public class LatencySummaryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(new[] { 5.0 }, 5, 5)]
    [InlineData(new[] { 9.0, 1.0 }, 5, 9)]
    [InlineData(new[] { 3.0, 1.0, 2.0 }, 2, 3)]
    [InlineData(new[] { 1.0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2000 }, 1, 1)]
    [InlineData(new[] { 1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 }, 10.5, 19)]
    [InlineData(new[] { 20.0, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 21 }, 11, 20)]
    public void Median_and_95th_percentile_of_known_round_trips(double[] samples, double median, double tail) =>
        LatencySummary.Of(samples).ShouldBe(new LatencySummary(median, tail, samples.Length));

    [Fact]
    public void No_sample_is_no_summary()
    {
        Should.Throw<ArgumentException>(() => LatencySummary.Of([]));
        new LatencyWindow(3).Summarise().ShouldBeNull();
    }

    [Fact]
    public void The_window_forgets_the_oldest()
    {
        var window = new LatencyWindow(3);
        foreach (var sample in new double[] { 1000, 1000, 7, 8, 9 })
        {
            window.Add(sample, Noon);
        }

        window.Summarise().ShouldBe((new LatencySummary(8, 9, 3), Noon));
    }

    [Theory]
    [InlineData(10, 20, 10.5, 20.5, 5, false)]
    [InlineData(10, 20, 11.5, 20, 5, true)]
    [InlineData(10, 20, 10, 25, 5, true)]
    [InlineData(0.1, 0.2, 0.14, 0.2, 5, false)]
    [InlineData(10, 20, 10, 20, 30, true)]
    [InlineData(10, 20, 100, 200, 0, false)]
    public void A_report_is_due_when_it_changed_materially_or_grew_old(
        double median, double tail, double newMedian, double newTail, int secondsLater, bool due)
    {
        var policy = new ReportPolicy(TimeSpan.FromSeconds(30));
        var last = new LatencyReport("local", "app", median, tail, 20, Noon);
        var now = new LatencyReport("local", "app", newMedian, newTail, 20, Noon.AddSeconds(secondsLater));

        policy.IsDue(last, now).ShouldBe(due);
        policy.IsDue(null, now).ShouldBeTrue();
    }
}
