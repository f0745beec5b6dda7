namespace MuLambda.Scaling.Tests;

public sealed class DemandHistoryTests
{
    [Fact]
    public void A_window_adds_samples_up_and_counts_partial_ones_in_proportion()
    {
        var history = Of([10, 20, 40, 80]);

        history.Window(0, 2000).Requests.ShouldBe(150);
        history.Window(500, 1500).Requests.ShouldBe(60);
        history.Window(750, 1250).Requests.ShouldBe(10 + 20, 1e-9);
        history.Window(-1000, 250).Requests.ShouldBe(5, 1e-9);
        history.Window(1900, 9000).Requests.ShouldBe(16, 1e-9);
        history.Window(1900, 9000).LengthMs.ShouldBe(100, 1e-9);
        new DemandHistory().Window(0, 1000).ShouldBe(default);
    }

    [Fact]
    public void Windows_go_on_when_old_samples_are_forgotten()
    {
        var history = new DemandHistory();
        for (var i = 1; i <= 10_000; i++)
        {
            history.Add(Sample(i * 500.0, i));
        }

        history.Window(9_997 * 500, 10_000 * 500).Requests.ShouldBe(9_998 + 9_999 + 10_000, 1e-6);
        history.Window(0, 10_000 * 500).LengthMs.ShouldBe(history.Count * 500.0, 1e-6);
        history.BeginMs.ShouldBe((10_000 - history.Count) * 500.0);
    }

    [Fact]
    public void Only_decisions_that_differ_are_changes()
    {
        var history = new DemandHistory();
        history.Decided(0, 1);
        history.Decided(500, 1);
        history.Decided(1000, 3);
        history.Decided(1500, 3);
        history.Decided(2000, 0);

        history.Decisions.ShouldBe(5);
        history.Changes.ShouldBe(2);
        history.Change(0).ShouldBe(new ReplicaChange(2000, 3, 0));
        history.Change(1).ShouldBe(new ReplicaChange(1000, 1, 3));
        history.ReplicasBefore(1500, 9).ShouldBe(3);
        history.ReplicasBefore(1000, 9).ShouldBe(1);
    }

    [Fact]
    public void The_rate_is_the_mean_of_half_a_minute_while_nothing_changes()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var history = Of(Enumerable.Range(0, 2000).Select(_ => Poisson(random, 50)));

        // Of a hundred a second in 32 s: a standard deviation of 1.8.
        Enumerable.Range(0, 1800).Count(age => Math.Abs((history.Rate(age) * 1000) - 100) < 6).ShouldBeGreaterThan(1700, $"seed {seed}");
    }

    [Theory]
    [InlineData(10, 100)]
    [InlineData(100, 10)]
    [InlineData(100, 1000)]
    public void The_rate_follows_a_burst_and_its_end_with_the_first_sample(double before, double after)
    {
        var history = Of([.. Enumerable.Repeat(before / 2, 100), after / 2]);

        (history.Rate(0) * 1000).ShouldBe(after, 1e-9);
    }

    [Fact]
    public void Poisson_arrivals_have_a_variability_of_one_at_every_length_and_bursts_more()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var steady = Of(Enumerable.Range(0, 2400).Select(_ => Poisson(random, 50)));
        var bursts = Of(Enumerable.Range(0, 2400).Select(_ => 10.0 * Poisson(random, 5)));

        steady.Variability.Factor(500).ShouldBe(1, 0.25, $"seed {seed}");
        steady.Variability.Factor(4000).ShouldBe(1, 0.6, $"seed {seed}");
        bursts.Variability.Factor(500).ShouldBe(10, 2.5, $"seed {seed}");
        new DemandHistory().Variability.Factor(1000).ShouldBe(1);
    }

    [Fact]
    public void A_slow_trend_is_no_variability() =>
        Of(Enumerable.Range(0, 1200).Select(i => 50 + (i / 10.0))).Variability.Factor(1000).ShouldBeLessThan(0.01);

    [Fact]
    public void Idle_times_are_those_between_requests_but_not_those_nobody_reported_on()
    {
        var history = new DemandHistory();
        var nowMs = 0.0;
        foreach (var idle in (double[])[20_000, 20_000, 20_000, 20_000])
        {
            Report(2_000, 5);
            Report(idle, 0);
        }

        Report(2_000, 5);
        var seen = history.IdleTimes.Forecast(0, 0.05, 0.99)!.Value;
        seen.Values.ShouldBe(4, 0.01);
        seen.HeadMs.ShouldBeInRange(19_000, 20_000);
        seen.TailMs.ShouldBeInRange(20_000, 21_000);

        // A hole of a minute in the reports: perhaps there were requests.
        nowMs += 60_000;
        Report(2_000, 5);
        history.IdleTimes.Forecast(0, 0.05, 0.99)!.Value.Values.ShouldBe(4, 0.01);

        void Report(double forMs, double requests)
        {
            for (var left = forMs; left > 0; left -= 500)
            {
                nowMs += 500;
                history.Add(Sample(nowMs, requests));
            }
        }
    }

    [Fact]
    public void What_comes_in_the_first_seconds_after_it_was_idle_is_remembered()
    {
        var history = Of([.. Enumerable.Repeat(5.0, 20), .. new double[20], .. Enumerable.Repeat(50.0, 10)]);

        (history.ReturnRate * 1000).ShouldBe(100, 1e-6);
    }

    private static DemandHistory Of(IEnumerable<double> requests)
    {
        var history = new DemandHistory();
        var endMs = 0.0;
        foreach (var count in requests)
        {
            history.Add(Sample(endMs += 500, count));
        }

        return history;
    }

    private static DemandSample Sample(double endMs, double requests) => new(endMs, 500, requests, requests, 0, 0, requests, 0, 0, 0, 0, double.NaN, 1);

    private static double Poisson(Random random, double mean)
    {
        var (count, left) = (0, mean + Math.Log(1 - random.NextDouble()));
        while (left > 0)
        {
            left += Math.Log(1 - random.NextDouble());
            count++;
        }

        return count;
    }
}
