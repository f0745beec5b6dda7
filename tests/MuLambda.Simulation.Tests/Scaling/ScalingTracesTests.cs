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
                Times(trace, model, 7).Take(200).ShouldBe(Times(trace, model, 7).Take(200), trace.Name);
                Times(trace, model, 8).Take(200).ShouldNotBe(Times(trace, model, 7).Take(200), trace.Name);
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
        var gaps = Times(Trace("on-off"), ScaledModels.Cnn, seed).Zip(Times(Trace("on-off"), ScaledModels.Cnn, seed).Skip(1), (one, next) => next - one).ToList();

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
        foreach (var model in ScaledModels.All)
        {
            PeakProvision.ReplicasFor(model, ScaledModels.PeakPerSecond(model)).ShouldBeInRange(2, 8, model.Name);
            PeakProvision.ReplicasFor(model, 0.01).ShouldBe(1, model.Name);
        }
    }

    private static ScalingTrace Trace(string name) => ScalingTraces.All.Single(trace => trace.Name == name);

    private static ScaledLoad Load(string name, long seed) => Trace(name).Loads(ScaledModels.Cnn, seed).Single();

    private static List<double> Times(ScalingTrace trace, ScaledModel? model, long seed)
    {
        var times = new List<double>();
        foreach (var (load, index) in trace.Loads(model, seed).Select((load, index) => (load, index)))
        {
            using var arrivals = load.Arrivals.Begin(RequestChance.Of(seed, index, 0, 0));
            while (arrivals.MoveNext() && arrivals.Current.AtMs < trace.DurationMs)
            {
                times.Add(arrivals.Current.AtMs);
            }
        }

        return times;
    }
}
