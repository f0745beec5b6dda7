using MuLambda.Batching;
using MuLambda.Simulation.Batching;

namespace MuLambda.Simulation.Tests.Batching;

/// <summary>The policies in virtual time, against every fixed setting of a grid.</summary>
public sealed class BatchingRunTests
{
    private static readonly (int Items, double TimeoutMs)[] Grid =
        [.. new[] { 8, 32, 128 }.SelectMany(_ => new[] { 0.0, 2, 10 }, (items, timeoutMs) => (items, timeoutMs))];

    public static TheoryData<string, double, bool> Loads()
    {
        var loads = new TheoryData<string, double, bool>();
        foreach (var shape in new[] { "gpu", "cpu" })
        {
            foreach (var load in new[] { 0.2, 0.5, 0.8, 1.0, 1.5 })
            {
                loads.Add(shape, load, false);
                loads.Add(shape, load, true);
            }
        }

        return loads;
    }

    [Theory]
    [MemberData(nameof(Loads))]
    public void Adaptive_answers_in_time_what_the_best_fixed_setting_for_the_very_load_does(string shape, double load, bool bursts)
    {
        var best = Grid.Max(setting => Run(shape, load, bursts, new FixedBatching(setting.Items, setting.TimeoutMs, 2)).Goodput);

        Run(shape, load, bursts, new AdaptiveBatching()).Goodput.ShouldBeGreaterThanOrEqualTo(0.98 * best);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cpu")]
    public void At_low_load_adaptive_costs_nothing(string shape) =>
        Run(shape, 0.2, false, new AdaptiveBatching()).MedianMs.ShouldBeLessThanOrEqualTo(1.05 * Run(shape, 0.2, false, new NoBatching()).MedianMs);

    [Theory]
    [InlineData("gpu")]
    [InlineData("cpu")]
    public void Half_again_as_much_as_fits_does_not_make_goodput_collapse(string shape)
    {
        var peak = new[] { 1.0, 1.25, 1.5 }.Max(load => Run(shape, load, false, new AdaptiveBatching()).Goodput);

        Run(shape, 1.5, false, new AdaptiveBatching()).Goodput.ShouldBeGreaterThanOrEqualTo(0.9 * peak);
    }

    [Fact]
    public void Ten_times_as_much_as_fits_neither_fills_the_queue_nor_ends_good_answers()
    {
        var flooded = Run("gpu", 60, false, new AdaptiveBatching());

        flooded.MostWaiting.ShouldBeLessThanOrEqualTo(new BatcherLimits().MaxRequests);
        flooded.Goodput.ShouldBeGreaterThan(5 * BatchServer.Gpu.UnbatchedPerSecond);
        (flooded.Answered + flooded.Refused).ShouldBe(flooded.Offered);
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_and_another_one_another() =>
        (Run("cpu", 0.8, false, new AdaptiveBatching()), Run("cpu", 0.8, false, new AdaptiveBatching(), seed: 2)).ShouldSatisfyAllConditions(
            runs => runs.Item1.ShouldBe(Run("cpu", 0.8, false, new AdaptiveBatching())),
            runs => runs.Item1.ShouldNotBe(runs.Item2));

    private static BatchingResult Run(string shape, double load, bool bursts, IBatchPolicy policy, long seed = 1)
    {
        var server = shape == "gpu" ? BatchServer.Gpu : BatchServer.Cpu;
        var perSecond = load * server.UnbatchedPerSecond;
        ArrivalProcess arrivals = bursts ? new PeriodicBurstArrivals(perSecond, 5, 2000, 10_000) : new PoissonArrivals(perSecond);
        return BatchingRun.Run(
            new BatchingScenario(server, arrivals, 3 * server.UnbatchedMs, 22_000) { WarmUpMs = 2000 }, policy, seed);
    }
}
