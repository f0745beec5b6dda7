namespace MuLambda.Simulation.Tests;

public sealed class ArrivalTests
{
    private static readonly RequestChance Chance = RequestChance.Of(11, 0, 0, 0);

    [Fact]
    public void Poisson_arrivals_have_their_rate_and_no_memory()
    {
        var counts = Counts(new PoissonArrivals(50), seconds: 4000);

        // The number in a second has mean and variance 50.
        counts.Average().ShouldBe(50, tolerance: 0.5);
        Dispersion(counts).ShouldBe(1, tolerance: 0.1);
    }

    [Fact]
    public void Bursts_have_their_mean_rate_and_are_far_from_even()
    {
        var bursts = new BurstArrivals(burstPerSecond: 200, calmPerSecond: 5, burstMs: 2000, calmMs: 8000);

        var counts = Counts(bursts, seconds: 20_000);

        bursts.MeanPerSecond.ShouldBe(44, tolerance: 1e-9);
        counts.Average().ShouldBe(44, tolerance: 3);
        Dispersion(counts).ShouldBeGreaterThan(50);
        counts.Count(c => c < 20).ShouldBeGreaterThan(counts.Count / 2);
        counts.Count(c => c > 150).ShouldBeGreaterThan(counts.Count / 20);
    }

    [Fact]
    public void A_time_between_bursts_may_be_silent()
    {
        var counts = Counts(new BurstArrivals(100, 0, 1000, 9000), seconds: 2000);

        counts.Count(c => c == 0).ShouldBeGreaterThan(counts.Count / 2);
        counts.Average().ShouldBe(10, tolerance: 2.5);
    }

    [Fact]
    public void Periodic_bursts_have_their_mean_rate_and_come_at_the_end_of_each_period()
    {
        var bursts = new PeriodicBurstArrivals(meanPerSecond: 90, factor: 5, burstMs: 2000, periodMs: 10_000);

        var counts = Counts(bursts, seconds: 10_000);

        bursts.MeanPerSecond.ShouldBe(90);
        counts.Average().ShouldBe(90, tolerance: 1);
        counts.Where((_, second) => second % 10 < 8).Average().ShouldBe(50, tolerance: 1);
        counts.Where((_, second) => second % 10 >= 8).Average().ShouldBe(250, tolerance: 2);
    }

    [Fact]
    public void A_burst_is_shorter_than_its_period() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new PeriodicBurstArrivals(1, 5, 1000, 1000)).Message.ShouldContain("burstMs must be below periodMs");

    [Fact]
    public void A_rate_of_points_is_held_between_them()
    {
        // Up to 100 in 1000 s, then 20, then silence.
        var arrivals = new PiecewiseArrivals([new(0, 0), new(1_000_000, 100), new(1_000_000, 20), new(2_000_000, 20), new(2_000_000, 0)]);

        var counts = new int[2000];
        using (var all = arrivals.Begin(Chance))
        {
            while (all.MoveNext())
            {
                counts[(int)(all.Current.AtMs / 1000)]++;
            }
        }

        counts[..100].Average().ShouldBe(5, tolerance: 1);
        counts[450..550].Average().ShouldBe(50, tolerance: 3);
        counts[900..1000].Average().ShouldBe(95, tolerance: 4);
        counts[1000..].Average().ShouldBe(20, tolerance: 0.6);
        Dispersion([.. counts[1000..]]).ShouldBe(1, tolerance: 0.2);
        (arrivals.PerSecond(500_000), arrivals.PerSecond(1_500_000), arrivals.PerSecond(3_000_000), arrivals.PeakPerSecond).ShouldBe((50, 20, 0, 100));
    }

    [Fact]
    public void A_rate_begins_and_ends_as_its_first_and_last_point_say()
    {
        var counts = Counts(new PiecewiseArrivals([new(1_000_000, 10), new(1_100_000, 50)]), seconds: 4000);

        counts[..1000].Average().ShouldBe(10, tolerance: 0.5);
        counts[1100..].Average().ShouldBe(50, tolerance: 1);
    }

    [Fact]
    public void Points_are_in_order_of_time() =>
        Should.Throw<ArgumentException>(() => new PiecewiseArrivals([new(2, 1), new(1, 1)])).Message.ShouldContain("points[1] is before the one ahead of it");

    [Fact]
    public void A_timer_calls_once_a_period_a_little_late()
    {
        var times = Take(new TimerArrivals(periodMs: 60_000, jitterMs: 100), 50).Select(arrival => arrival.AtMs).ToArray();

        times[0].ShouldBeInRange(0, 60_100);
        times.Zip(times.Skip(1), (one, next) => next - one).ShouldAllBe(gap => gap > 59_900 && gap < 60_100);
    }

    [Fact]
    public void Log_normal_gaps_have_their_rate_and_vary_more_than_exponential_ones()
    {
        var times = Take(new LogNormalArrivals(perSecond: 2, sigma: 1.5), 200_000).Select(arrival => arrival.AtMs).ToArray();
        var gaps = times.Zip(times.Skip(1), (one, next) => next - one).ToArray();

        gaps.Average().ShouldBe(500, tolerance: 25);
        (Math.Sqrt(gaps.Average(gap => Math.Pow(gap - gaps.Average(), 2))) / gaps.Average()).ShouldBeGreaterThan(2);
    }

    [Fact]
    public void Uniform_arrivals_are_equally_far_from_each_other() =>
        Take(new UniformArrivals(40), 4).ShouldBe([new Arrival(25), new Arrival(50), new Arrival(75), new Arrival(100)]);

    [Fact]
    public void A_day_has_its_peak_and_its_trough()
    {
        var day = new DiurnalArrivals(meanPerSecond: 40, amplitude: 0.8, periodMs: 100_000);

        var counts = Counts(day, seconds: 10_000);

        counts.Average().ShouldBe(40, tolerance: 0.5);
        AverageAt(counts, 25).ShouldBe(72, tolerance: 3);
        AverageAt(counts, 75).ShouldBe(8, tolerance: 2);
        day.PerSecond(25_000).ShouldBe(72, tolerance: 1e-9);
    }

    [Fact]
    public void The_same_chance_gives_the_same_arrivals()
    {
        ArrivalProcess[] processes =
            [new PoissonArrivals(9), new BurstArrivals(100, 1, 100, 900), new DiurnalArrivals(9, 0.5, 1000), new PeriodicBurstArrivals(9, 5, 100, 1000)];
        foreach (var process in processes)
        {
            Take(process, 200).ShouldBe(Take(process, 200));
            Take(process, 200).Zip(Take(process, 200).Skip(1)).ShouldAllBe(p => p.Second.AtMs >= p.First.AtMs);
        }
    }

    [Fact]
    public void A_trace_is_read_with_and_without_items_and_headings()
    {
        var trace = Read("time_ms,items\n# recorded\n0,1\n\n 12.5 , 30 \n12.5\n");

        trace.Arrivals.ShouldBe([new Arrival(0, 1), new Arrival(12.5, 30), new Arrival(12.5)]);
    }

    [Theory]
    [InlineData("time_ms\n1\nsoon\n", "trace.csv, line 3: time_ms is 'soon'; it must be a number.")]
    [InlineData("1,none\n", "trace.csv, line 1: items is 'none'; it must be a whole number, 1 at least.")]
    [InlineData("1,0\n", "trace.csv, line 1: items is '0'; it must be a whole number, 1 at least.")]
    [InlineData("5\n\n4\n", "trace.csv, line 3: time_ms is 4, before 5 of the arrival ahead of it.")]
    [InlineData("-1\n", "trace.csv, line 1: time_ms is -1; it must be 0 at least.")]
    [InlineData("NaN\n", "trace.csv, line 1: time_ms is NaN; it must be 0 at least.")]
    [InlineData("time_ms\n", "trace.csv holds no arrival; each is a line 'time_ms' or 'time_ms,items'.")]
    public void A_trace_that_cannot_be_read_says_where_and_why(string text, string message) =>
        Should.Throw<InvalidDataException>(() => Read(text)).Message.ShouldBe(message);

    private static TraceArrivals Read(string text) => TraceArrivals.Read(new StringReader(text), "trace.csv");

    private static List<Arrival> Take(ArrivalProcess process, int count)
    {
        using var arrivals = process.Begin(Chance);
        var taken = new List<Arrival>();
        while (taken.Count < count && arrivals.MoveNext())
        {
            taken.Add(arrivals.Current);
        }

        return taken;
    }

    private static List<int> Counts(ArrivalProcess process, int seconds)
    {
        using var arrivals = process.Begin(Chance);
        var counts = new int[seconds];
        while (arrivals.MoveNext() && arrivals.Current.AtMs < seconds * 1000.0)
        {
            counts[(int)(arrivals.Current.AtMs / 1000)]++;
        }

        return [.. counts];
    }

    // The variance of the counts over their mean: 1 for arrivals that know nothing of each other.
    private static double Dispersion(List<int> counts)
    {
        var mean = counts.Average();
        return counts.Average(c => (c - mean) * (c - mean)) / mean;
    }

    private static double AverageAt(List<int> counts, int second) =>
        counts.Where((_, i) => i % 100 == second).Average();
}
