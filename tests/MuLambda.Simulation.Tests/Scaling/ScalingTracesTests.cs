using MuLambda.Simulation.Scaling;

namespace MuLambda.Simulation.Tests.Scaling;

public sealed class ScalingTracesTests
{
    [Fact]
    public void The_seed_decides_all_of_a_trace()
    {
        foreach (var trace in ScalingTraces.All)
        {
            foreach (var model in trace.Models)
            {
                var times = Times(trace, model, 7, most: 50);
                Times(trace, model, 7, most: 50).ShouldBe(times, trace.Name);
                Times(trace, model, 8, most: 50).ShouldNotBe(times, trace.Name);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_spike_is_ten_times_as_much_within_a_second(long seed)
    {
        var rates = (PiecewiseArrivals)Load("spike", seed).Arrivals;
        var (calm, peak) = (rates.PerSecond(0), rates.PeakPerSecond);

        peak.ShouldBe(10 * calm, tolerance: 1e-9);
        var begin = rates.Points.Last(point => point.PerSecond < peak && point.AtMs < rates.Points.First(other => other.PerSecond == peak).AtMs);
        rates.PerSecond(begin.AtMs + 1000).ShouldBe(peak, tolerance: 1e-6);
        rates.PerSecond(begin.AtMs + 130_000).ShouldBe(calm, tolerance: 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void On_off_is_idle_longer_than_the_last_replica_is_kept_warm_by_default(long seed)
    {
        var times = Times(Trace("on-off"), ScaledModels.Detector, seed, most: int.MaxValue);
        var gaps = times.Zip(times.Skip(1), (one, next) => next - one).ToList();

        gaps.Count(gap => gap > 600_000).ShouldBeInRange(7, 14);
        gaps.ShouldAllBe(gap => gap < 10_000 || gap > 600_000);
    }

    [Fact]
    public void Ramp_and_day_reach_their_peak_and_return()
    {
        foreach (var name in new[] { "ramp", "diurnal" })
        {
            var trace = Trace(name);
            var rates = (PiecewiseArrivals)Load(name, 3).Arrivals;

            rates.PerSecond(trace.WarmUpMs).ShouldBeLessThan(0.1 * rates.PeakPerSecond, name);
            rates.PerSecond(trace.DurationMs).ShouldBeLessThan(0.1 * rates.PeakPerSecond, name);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void In_production_few_deployments_make_nearly_all_calls(long seed)
    {
        var loads = Trace("production").Loads(null, seed);

        var rates = loads.Select(load => load.Arrivals.MeanPerSecond).Order().ToArray();
        rates.Count(rate => rate <= 1.0 / 3600).ShouldBeInRange(10, 12);
        rates.Count(rate => rate <= 1.0 / 60).ShouldBeInRange(19, 20);
        rates[^5..].Sum().ShouldBeGreaterThan(0.99 * rates.Sum());
        loads.Select(load => load.Model).Distinct().Count().ShouldBe(ScaledModels.All.Count);
        loads.ShouldContain(load => load.Arrivals is TimerArrivals);
        loads.Select(load => load.Name).ShouldBeUnique();
    }

    [Fact]
    public void The_peak_is_provided_for_by_the_fewest_replicas_that_hold_it()
    {
        // A replica answers at most 50 requests a second in batches without end, and fewer in batches that are in time.
        var replicas = PeakProvision.ReplicasFor(ScaledModels.Detector, 100);
        replicas.ShouldBeInRange(3, 6);
        PeakProvision.ReplicasFor(ScaledModels.Detector, 100, attainment: 0.5).ShouldBeLessThan(replicas);
        PeakProvision.ReplicasFor(ScaledModels.Detector, 0.01).ShouldBe(1);
    }

    private static ScalingTrace Trace(string name) => ScalingTraces.All.Single(trace => trace.Name == name);

    private static ScaledLoad Load(string name, long seed) => Trace(name).Loads(ScaledModels.Cnn, seed).Single();

    // The first ones of each deployment.
    private static List<double> Times(ScalingTrace trace, ScaledModel? model, long seed, int most)
    {
        var times = new List<double>();
        foreach (var (load, index) in trace.Loads(model, seed).Select((load, index) => (load, index)))
        {
            using var arrivals = load.Arrivals.Begin(RequestChance.Of(seed, index, 0, 0));
            for (var count = 0; count < most && arrivals.MoveNext() && arrivals.Current.AtMs < trace.DurationMs; count++)
            {
                times.Add(arrivals.Current.AtMs);
            }
        }

        return times;
    }
}
