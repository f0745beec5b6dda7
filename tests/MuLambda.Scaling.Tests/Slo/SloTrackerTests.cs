namespace MuLambda.Scaling.Tests;

public sealed class SloTrackerTests
{
    private const double Fast = 10;
    private const double Slow = 200;

    private static readonly Slo Slo = new(100);

    private readonly ManualTime _time = new();

    [Fact]
    public void Answers_in_time_are_good_and_late_ones_and_failures_are_bad()
    {
        var tracker = Tracker();

        tracker.Answered(100);
        tracker.Answered(100.1);
        tracker.Failed();
        tracker.Answered(double.NaN);

        var report = tracker.Report("s");
        report.Window.ShouldBe(new SloWindow(Slo.DefaultWindowSeconds, 1, 4));
        report.AlertWindows.Select(window => window.Seconds).ShouldBe([300, 1800, 3600, 21_600, 259_200]);
        report.AlertWindows.ShouldAllBe(window => window.Good == 1 && window.Total == 4);
    }

    [Theory]
    [InlineData(0, 300)]
    [InlineData(1, 1800)]
    [InlineData(2, 3600)]
    [InlineData(3, 21_600)]
    [InlineData(4, 259_200)]
    public void A_request_leaves_a_window_when_it_is_older_and_at_most_a_sixtieth_later(int window, int seconds)
    {
        var tracker = Tracker();
        _time.Advance(TimeSpan.FromSeconds(7));
        tracker.Answered(Fast);

        _time.Advance(TimeSpan.FromSeconds(seconds - 1));
        tracker.Report("s").AlertWindows[window].Total.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(1 + (seconds / 60.0)));
        tracker.Report("s").AlertWindows[window].Total.ShouldBe(0);
    }

    [Fact]
    public void The_objectives_own_window_forgets_as_well()
    {
        var tracker = Tracker(Slo with { WindowSeconds = 86_400 });
        tracker.Failed();
        _time.Advance(TimeSpan.FromHours(23.9));
        tracker.Answered(Fast);
        tracker.Report("s").Window.ShouldBe(new SloWindow(86_400, 1, 2));

        _time.Advance(TimeSpan.FromHours(0.6));

        tracker.Report("s").Window.ShouldBe(new SloWindow(86_400, 1, 1));
    }

    [Fact]
    public void A_long_silence_empties_every_window()
    {
        var tracker = Tracker();
        Traffic(tracker, TimeSpan.FromHours(2), Slow);

        _time.Advance(TimeSpan.FromDays(40));

        var report = tracker.Report("s");
        report.AlertWindows.Append(report.Window).ShouldAllBe(window => window.Total == 0);
        report.Latencies.ShouldBe(LatencyCounts.Empty);
        report.Alerts.ShouldAllBe(alert => !alert.Firing);
    }

    [Fact]
    public void A_total_outage_fires_the_fast_alert_once_it_has_burnt_14_4_budgets_of_the_hour()
    {
        var tracker = Tracker();
        Traffic(tracker, TimeSpan.FromHours(2), Fast);

        // 14.4 % of an hour that covers at most a minute more.
        var after = UntilFiring(tracker, alert: 0, Slow);

        after.ShouldBeInRange(TimeSpan.FromMinutes(8.6), TimeSpan.FromMinutes(8.9));
    }

    [Fact]
    public void An_alert_ends_when_the_short_window_has_forgotten_the_outage()
    {
        var tracker = Tracker();
        Traffic(tracker, TimeSpan.FromHours(2), Fast);
        UntilFiring(tracker, alert: 0, Slow);

        Traffic(tracker, TimeSpan.FromMinutes(4), Fast);
        Firing(tracker, 0).ShouldBeTrue();
        Traffic(tracker, TimeSpan.FromMinutes(1), Fast);
        Firing(tracker, 0).ShouldBeFalse();

        // The hour remembers it still.
        var hour = tracker.Report("s").AlertWindows[2];
        ErrorBudget.BurnRate(hour.Good, hour.Total, Slo.Target).ShouldBeGreaterThan(14);
    }

    [Fact]
    public void A_slow_burn_fires_the_slow_alert_only()
    {
        var tracker = Tracker();
        Traffic(tracker, TimeSpan.FromDays(3), Fast, stepSeconds: 60);

        // 2 budgets: one bad request in fifty.
        for (var i = 0; i < 2 * 24 * 60; i++)
        {
            Tell(tracker, i % 50 == 0 ? Slow : Fast);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        tracker.Report("s").Alerts.Select(alert => alert.Firing).ShouldBe([false, false, true]);
    }

    [Fact]
    public void A_burn_of_a_tenth_fires_the_middle_alert_within_half_its_window()
    {
        var tracker = Tracker();
        Traffic(tracker, TimeSpan.FromHours(7), Fast);
        var begun = _time.GetUtcNow();
        for (var i = 0; !Firing(tracker, 1); i++)
        {
            Tell(tracker, i % 10 == 0 ? Slow : Fast);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // 6 % of six hours are full of 10 % after six tenths of them.
        (_time.GetUtcNow() - begun).ShouldBeInRange(TimeSpan.FromHours(3.5), TimeSpan.FromHours(3.8));
        Firing(tracker, 0).ShouldBeFalse();
    }

    [Fact]
    public void One_bad_request_of_two_is_no_alarm()
    {
        var tracker = Tracker();
        tracker.Answered(Fast);
        tracker.Failed();

        tracker.Report("s").Alerts.ShouldAllBe(alert => !alert.Firing);
    }

    [Fact]
    public void Twenty_bad_requests_without_a_good_one_are()
    {
        var tracker = Tracker();
        for (var i = 0; i < 20; i++)
        {
            tracker.Failed();
        }

        tracker.Report("s").Alerts.ShouldAllBe(alert => alert.Firing);
    }

    [Fact]
    public void Scaled_windows_see_days_within_minutes()
    {
        var tracker = Tracker(options: new SloTrackerOptions(WindowScale: 0.01));
        Traffic(tracker, TimeSpan.FromSeconds(72), Fast, stepSeconds: 0.01);

        var after = UntilFiring(tracker, alert: 0, Slow, stepSeconds: 0.01);

        after.ShouldBeInRange(TimeSpan.FromMinutes(0.086), TimeSpan.FromMinutes(0.089));
        tracker.Report("s").Window.Seconds.ShouldBe(25_920);
    }

    [Fact]
    public void An_alert_that_looks_back_further_than_the_objective_is_left_out()
    {
        var tracker = Tracker(Slo with { WindowSeconds = 6 * 3600 });

        tracker.Report("s").Alerts.Select(alert => alert.LongSeconds).ShouldBe([3600, 21_600]);
    }

    [Fact]
    public void Another_target_keeps_the_counts_and_another_time_or_window_does_not()
    {
        var tracker = Tracker();
        Traffic(tracker, TimeSpan.FromMinutes(1), Slow);

        tracker.TryChange(Slo with { LatencyMs = 300 }).ShouldBeFalse();
        tracker.TryChange(Slo with { WindowSeconds = 7200 }).ShouldBeFalse();
        tracker.TryChange(Slo with { Target = 0.5 }).ShouldBeTrue();

        var report = tracker.Report("s");
        report.Slo.Target.ShouldBe(0.5);
        report.Window.Total.ShouldBe(60);

        // A whole outage burns no more than two budgets of a half.
        report.Alerts.Select(alert => alert.Firing).ShouldBe([false, false, true]);
    }

    [Fact]
    public void Latencies_are_those_of_the_last_hour_at_least_and_of_80_minutes_at_most()
    {
        var tracker = Tracker();
        tracker.Answered(1000);
        _time.Advance(TimeSpan.FromMinutes(59));
        tracker.Answered(10);
        Median(tracker, total: 2).ShouldBe(10, 0.2);

        _time.Advance(TimeSpan.FromMinutes(21));

        Median(tracker, total: 1).ShouldBe(10, 0.2);
    }

    [Fact]
    public void Failures_have_no_latency()
    {
        var tracker = Tracker();
        tracker.Failed();

        tracker.Report("s").Latencies.ShouldBe(LatencyCounts.Empty);
    }

    [Fact]
    public void Telling_allocates_nothing_also_where_windows_move_on()
    {
        var time = new SteppingTime();
        var tracker = new SloTracker("c", Slo, new SloTrackerOptions(), time);
        for (var i = 0; i < 1000; i++)
        {
            tracker.Answered(i);
            tracker.Failed();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++)
        {
            time.Step();
            tracker.Answered(i);
            tracker.Failed();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        tracker.Report("s").Window.Total.ShouldBe(202_000);
    }

    [Fact]
    public void A_million_requests_over_two_months_take_no_more_memory_than_none()
    {
        const int Trackers = 50;
        var time = new SteppingTime();
        var own = GC.GetAllocatedBytesForCurrentThread();
        var trackers = Enumerable.Range(0, Trackers).Select(_ => new SloTracker("c", Slo, new SloTrackerOptions(), time)).ToArray();
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - own) / Trackers;

        // What one takes is all it ever takes: it has no member that grows, and telling allocates nothing.
        bytes.ShouldBeLessThan(24 * 1024, $"{bytes} bytes a client");
        own = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000_000; i++)
        {
            if (i % 1000 == 0)
            {
                time.Step(TimeSpan.FromMinutes(90));
            }

            trackers[i % Trackers].Answered(i % 300);
        }

        (GC.GetAllocatedBytesForCurrentThread() - own).ShouldBe(0);
        trackers.Sum(tracker => tracker.Report("s").Window.Total).ShouldBeLessThan(1_000_000);
    }

    [Fact]
    public async Task Requests_told_by_many_threads_while_others_read_are_all_counted()
    {
        const int Tellers = 4, Each = 50_000;
        var time = new SteppingTime();
        var tracker = new SloTracker("c", Slo, new SloTrackerOptions(), time);
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                time.Step();
                var report = tracker.Report("s");
                report.AlertWindows.Append(report.Window).ShouldAllBe(window => window.Good >= 0 && window.Good <= window.Total);
            }
        });

        await Task.WhenAll(Enumerable.Range(0, Tellers).Select(teller => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                tracker.Answered(i % 2 == 0 ? Fast : Slow);
            }
        })));
        await stop.CancelAsync();
        await reader;

        tracker.Report("s").Window.ShouldBe(new SloWindow(Slo.DefaultWindowSeconds, Tellers * Each / 2, Tellers * Each));
    }

    private SloTracker Tracker(Slo? slo = null, SloTrackerOptions? options = null) =>
        new("c", slo ?? Slo, options ?? new SloTrackerOptions(), _time);

    private static void Tell(SloTracker tracker, double latencyMs) => tracker.Answered(latencyMs);

    private static bool Firing(SloTracker tracker, int alert) => tracker.Report("s", withLatencies: false).Alerts[alert].Firing;

    private static double Median(SloTracker tracker, long total)
    {
        var histogram = new LatencyHistogram();
        histogram.Add(tracker.Report("s").Latencies);
        histogram.Total.ShouldBe(total);
        return histogram.Quantile(0.5)!.Value;
    }

    private void Traffic(SloTracker tracker, TimeSpan time, double latencyMs, double stepSeconds = 1)
    {
        for (var i = 0; i < Math.Round(time.TotalSeconds / stepSeconds); i++)
        {
            Tell(tracker, latencyMs);
            _time.Advance(TimeSpan.FromSeconds(stepSeconds));
        }
    }

    private TimeSpan UntilFiring(SloTracker tracker, int alert, double latencyMs, double stepSeconds = 1)
    {
        var begun = _time.GetUtcNow();
        while (!Firing(tracker, alert))
        {
            Traffic(tracker, TimeSpan.FromSeconds(stepSeconds), latencyMs, stepSeconds);
        }

        return _time.GetUtcNow() - begun;
    }

    /// <summary>A clock that allocates nothing.</summary>
    private sealed class SteppingTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public void Step() => Step(TimeSpan.FromSeconds(1));

        public void Step(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
    }
}
