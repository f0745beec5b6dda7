namespace MuLambda.Scaling.Tests;

public sealed class SloNewsTests
{
    private static readonly TimeSpan Interval = SloNews.LongestInterval;

    [Fact]
    public void The_first_report_is_news() => SloNews.IsNews(null, Report(0, 0), TimeSpan.Zero, Interval).ShouldBeTrue();

    [Fact]
    public void Steady_figures_are_not()
    {
        SloNews.IsNews(Report(990, 1000), Report(1000, 1010), TimeSpan.FromSeconds(50), Interval).ShouldBeFalse();
        SloNews.IsNews(Report(0, 0), Report(0, 0), TimeSpan.FromMinutes(59), Interval).ShouldBeFalse();
    }

    [Fact]
    public void A_burn_rate_that_moves_is_but_not_before_the_interval()
    {
        var (before, after) = (Report(1000, 1000), Report(980, 1000));

        SloNews.IsNews(before, after, TimeSpan.FromSeconds(4), Interval).ShouldBeFalse();
        SloNews.IsNews(before, after, TimeSpan.FromSeconds(5), Interval).ShouldBeTrue();
    }

    [Fact]
    public void An_alert_that_begins_or_ends_is_at_once()
    {
        var quiet = Report(1000, 1000);
        var firing = quiet with { Alerts = [quiet.Alerts[0] with { Firing = true }] };

        SloNews.IsNews(quiet, firing, TimeSpan.Zero, Interval).ShouldBeTrue();
        SloNews.IsNews(firing, quiet, TimeSpan.Zero, Interval).ShouldBeTrue();
        SloNews.IsNews(firing, firing with { }, TimeSpan.Zero, Interval).ShouldBeFalse();
    }

    [Fact]
    public void Another_objective_is_at_once() =>
        SloNews.IsNews(Report(10, 10), Report(10, 10) with { Slo = new Slo(100, 0.9) }, TimeSpan.Zero, Interval).ShouldBeTrue();

    [Fact]
    public void Requests_are_reported_again_before_their_window_would_be_taken_for_empty()
    {
        var report = Report(1000, 1000);

        SloNews.IsNews(report, report, TimeSpan.FromSeconds(59), Interval).ShouldBeFalse();
        SloNews.IsNews(report, report, TimeSpan.FromSeconds(60), Interval).ShouldBeTrue();
    }

    [Fact]
    public void A_window_that_became_empty_is_news() =>
        SloNews.IsNews(Report(1, 1), Report(0, 0), TimeSpan.FromSeconds(5), Interval).ShouldBeTrue();

    [Fact]
    public void Everything_is_repeated_every_hour() =>
        SloNews.IsNews(Report(0, 0), Report(0, 0), TimeSpan.FromHours(1), Interval).ShouldBeTrue();

    [Theory]
    [InlineData(300, 5)]
    [InlineData(3600, 5)]
    [InlineData(30, 0.5)]
    [InlineData(0.3, 0.1)]
    public void Reports_are_a_slot_of_the_shortest_window_apart_and_at_most_5_s(double window, double interval) =>
        SloNews.IntervalOf(TimeSpan.FromSeconds(window)).ShouldBe(TimeSpan.FromSeconds(interval));

    private static SloReport Report(long good, long total) => new(
        "s", "c", new Slo(100), DateTimeOffset.UnixEpoch, new SloWindow(Slo.DefaultWindowSeconds, good, total),
        [new SloWindow(300, good, total)], [new SloAlert(3600, 300, 14.4, 20, Firing: false)], LatencyCounts.Empty);
}
