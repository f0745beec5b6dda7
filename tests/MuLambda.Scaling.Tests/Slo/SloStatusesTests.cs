namespace MuLambda.Scaling.Tests;

public sealed class SloStatusesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Slo Slo = new(100);

    [Fact]
    public void Reports_of_several_selectors_add_up()
    {
        var status = SloStatuses.Of("c", Slo, [Report("b", good: 990, total: 1000, sinceHours: 1), Report("a", good: 1000, total: 1000, sinceHours: 2)], Now);

        (status.Requests, status.Good).ShouldBe((2000, 1990));
        status.Attainment.ShouldBe(0.995);
        status.BudgetLeft.ShouldBe(0.5, 1e-9);
        status.Since.ShouldBe(Now.AddHours(-2));
        status.Selectors.ShouldBe(["a", "b"]);
        status.BurnRates.Select(rate => (rate.Seconds, rate.Requests)).ShouldBe([(300, 2000), (3600, 2000)]);
        status.BurnRates.ShouldAllBe(rate => Math.Abs(rate.BurnRate - 0.5) < 1e-9 && rate.Attainment == 0.995);
    }

    [Fact]
    public void Percentiles_are_of_the_merged_histograms_and_no_means_of_percentiles()
    {
        var few = Report("a") with { Latencies = Counts((1000, 1)) };
        var many = Report("b") with { Latencies = Counts((10, 98), (500, 1)) };

        var latency = SloStatuses.Of("c", Slo, [few, many], Now).Latency!;

        latency.P50Ms.ShouldBe(10, 0.2);
        latency.P95Ms.ShouldBe(10, 0.2);
        latency.P99Ms.ShouldBe(500, 8);
    }

    [Fact]
    public void What_all_selectors_saw_decides_an_alert()
    {
        // One alone burns at 20 and has too few requests; the other has many, and none of them bad.
        var burning = Report("a", good: 8, total: 10);
        var well = Report("b", good: 10_000, total: 10_000);

        Firing(SloStatuses.Of("c", Slo, [burning], Now)).ShouldBeFalse();
        Firing(SloStatuses.Of("c", Slo, [burning, Report("b", good: 8, total: 10)], Now)).ShouldBeTrue();
        Firing(SloStatuses.Of("c", Slo, [Report("a", good: 80, total: 100), well], Now)).ShouldBeFalse();
    }

    [Fact]
    public void A_report_older_than_a_window_has_nothing_left_in_it()
    {
        var old = Report("gone", good: 0, total: 100) with { ReportedAt = Now.AddSeconds(-301) };

        var status = SloStatuses.Of("c", Slo, [old], Now);

        status.BurnRates.Select(rate => rate.Requests).ShouldBe([0, 100]);
        status.Requests.ShouldBe(100);
        Firing(status).ShouldBeFalse();
    }

    [Fact]
    public void A_report_for_another_time_or_window_is_passed_over_and_one_for_another_target_counts()
    {
        var status = SloStatuses.Of(
            "c", Slo with { Target = 0.9 },
            [
                Report("time") with { Slo = Slo with { LatencyMs = 50 } },
                Report("window") with { Slo = Slo with { WindowSeconds = 7200 } },
                Report("target", good: 95, total: 100),
            ],
            Now);

        status.Selectors.ShouldBe(["target"]);
        status.BudgetLeft.ShouldBe(0.5, 1e-9);
    }

    [Fact]
    public void Without_a_report_all_of_the_budget_is_left()
    {
        var status = SloStatuses.Of("c", Slo, [], Now);

        (status.Requests, status.Attainment, status.BudgetLeft, status.Latency, status.Since).ShouldBe((0L, null, 1.0, null, null));
        status.WindowSeconds.ShouldBe(Slo.DefaultWindowSeconds);
    }

    [Fact]
    public void A_budget_can_be_overspent() =>
        SloStatuses.Of("c", Slo, [Report("a", good: 97, total: 100)], Now).BudgetLeft.ShouldBe(-2, 1e-9);

    private static bool Firing(SloStatus status) => status.Alerts.Single().Firing;

    private static SloReport Report(string selector, long good = 0, long total = 0, double sinceHours = 1) => new(
        selector, "c", Slo, Now.AddHours(-sinceHours),
        new SloWindow(Slo.DefaultWindowSeconds, good, total),
        [new SloWindow(300, good, total), new SloWindow(3600, good, total)],
        [new SloAlert(3600, 300, 14.4, 20, Firing: false)],
        LatencyCounts.Empty,
        Now);

    private static LatencyCounts Counts(params (double Ms, int Count)[] latencies)
    {
        var histogram = new LatencyHistogram();
        foreach (var (ms, count) in latencies)
        {
            for (var i = 0; i < count; i++)
            {
                histogram.Add(ms);
            }
        }

        return histogram.ToCounts();
    }
}
