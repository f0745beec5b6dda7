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

    /// <summary>What adaptive answers at most is about 1800 a second of the one and 2500 of the other: two to ten times that.</summary>
    public static TheoryData<string, bool, long> Floods()
    {
        var floods = new TheoryData<string, bool, long>();
        foreach (var shape in new[] { "gpu", "cpu" })
        {
            foreach (var seed in new long[] { 1, 2, 3 })
            {
                floods.Add(shape, false, seed);
                floods.Add(shape, true, seed);
            }
        }

        return floods;
    }

    [Theory]
    [MemberData(nameof(Floods))]
    public void Two_to_ten_times_as_much_as_batches_can_do_does_not_make_goodput_collapse(string shape, bool bursts, long seed) =>
        ShouldNotCollapse(shape, bursts, seed, outside: false, below: [0.7, 1], above: [2, 3, 5, 10]);

    [Theory]
    [MemberData(nameof(Floods))]
    public void Nor_does_it_where_requests_take_time_that_the_queue_does_not_see(string shape, bool bursts, long seed) =>
        ShouldNotCollapse(shape, bursts, seed, outside: true, below: [0.7, 1], above: [1.5, 2, 3]);

    [Theory]
    [InlineData("gpu")]
    [InlineData("cpu")]
    public void No_overloaded_run_stays_at_a_number_of_batches_at_a_time_that_chance_favoured(string shape)
    {
        foreach (var load in Multiples(shape, 2, 3))
        {
            var goodputs = Enumerable.Range(1, 16).Select(seed => Run(shape, load, false, new AdaptiveBatching(), seed, outside: true, durationMs: 6000).Goodput).ToArray();

            goodputs.Min().ShouldBeGreaterThanOrEqualTo(0.9 * goodputs.Average(), Text($"load {load:0.0}"));
        }
    }

    [Theory]
    [InlineData("gpu", 0.5)]
    [InlineData("gpu", 1.5)]
    [InlineData("gpu", 10)]
    [InlineData("cpu", 0.5)]
    [InlineData("cpu", 1.0)]
    [InlineData("cpu", 1.5)]
    public void With_time_that_the_queue_does_not_see_adaptive_is_as_good_as_the_best_fixed_setting_too(string shape, double load)
    {
        var best = Grid.Max(setting => Run(shape, load, false, new FixedBatching(setting.Items, setting.TimeoutMs, 2), outside: true, durationMs: 10_000).Goodput);

        Run(shape, load, false, new AdaptiveBatching(), outside: true, durationMs: 10_000).Goodput.ShouldBeGreaterThanOrEqualTo(0.98 * best);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_reported_of_that_time_is_kept_to_spare(long seed)
    {
        var unseen = Run("cpu", 1.5, false, new AdaptiveBatching(), seed, outside: true);
        var seen = Run("cpu", 1.5, false, new AdaptiveBatching(), seed, outside: true, reported: 1);

        seen.Goodput.ShouldBeGreaterThan(1.1 * unseen.Goodput);
        (seen.Answered - seen.InTime).ShouldBeLessThan((unseen.Answered - unseen.InTime) / 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Where_most_of_the_objective_passes_outside_clients_that_tell_it_save_goodput_from_collapse(long seed)
    {
        // As on processors that executor, selector and clients share: the more is let in, the longer everything takes.
        double Goodput(double load, double reported) => Run(
            "cpu", load, false, new AdaptiveBatching(), seed, outside: true, reported, durationMs: 6000, saturatedShare: 0.6).Goodput;

        var peak = new[] { 0.5, 0.7, 1 }.Max(load => Goodput(load, 1));
        foreach (var load in new[] { 1.5, 3, 10 })
        {
            Goodput(load, 1).ShouldBeGreaterThanOrEqualTo(0.9 * peak, Text($"load {load}"));
        }

        Goodput(1.5, 0).ShouldBeLessThan(0.7 * peak, "nobody else can know it");
    }

    [Fact]
    public void A_flood_from_the_very_first_request_is_survived()
    {
        foreach (var seed in new long[] { 11, 12, 13, 14, 15 })
        {
            Run("gpu", 200, false, new AdaptiveBatching(), seed, durationMs: 4000).Goodput
                .ShouldBeGreaterThan(8 * BatchServer.Gpu.UnbatchedPerSecond, Text($"seed {seed}"));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_and_another_one_another() =>
        (Run("cpu", 0.8, false, new AdaptiveBatching()), Run("cpu", 0.8, false, new AdaptiveBatching(), seed: 2)).ShouldSatisfyAllConditions(
            runs => runs.Item1.ShouldBe(Run("cpu", 0.8, false, new AdaptiveBatching())),
            runs => runs.Item1.ShouldNotBe(runs.Item2));

    // At each load the most of any lower one is what may not be lost; at higher ones more can be answered, as those left to choose from are fresher.
    private static void ShouldNotCollapse(string shape, bool bursts, long seed, bool outside, double[] below, double[] above)
    {
        double Goodput(double load) =>
            Run(shape, load, bursts, new AdaptiveBatching(), seed, outside, durationMs: bursts ? 12_000 : 6000).Goodput;

        var peak = Multiples(shape, below).Max(Goodput);
        foreach (var load in Multiples(shape, above))
        {
            var goodput = Goodput(load);
            goodput.ShouldBeGreaterThanOrEqualTo(0.9 * peak, Text($"load {load:0.0}, seed {seed}"));
            peak = Math.Max(peak, goodput);
        }
    }

    private static double[] Multiples(string shape, params double[] ofBatched)
    {
        var (server, perSecond) = shape == "gpu" ? (BatchServer.Gpu, 1800) : (BatchServer.Cpu, 2500);
        return [.. ofBatched.Select(multiple => multiple * perSecond / server.UnbatchedPerSecond)];
    }

    private static BatchingResult Run(
        string shape, double load, bool bursts, IBatchPolicy policy, long seed = 1, bool outside = false, double reported = 0, double durationMs = 22_000,
        double saturatedShare = 0.25)
    {
        var server = shape == "gpu" ? BatchServer.Gpu : BatchServer.Cpu;
        var perSecond = load * server.UnbatchedPerSecond;
        var sloMs = 3 * server.UnbatchedMs;
        ArrivalProcess arrivals = bursts ? new PeriodicBurstArrivals(perSecond, 5, 2000, 10_000) : new PoissonArrivals(perSecond);
        return BatchingRun.Run(
            new BatchingScenario(server, arrivals, sloMs, durationMs)
            {
                WarmUpMs = 2000,
                Outside = outside ? OutsideDelay.Of(sloMs) with { SaturatedMs = saturatedShare * sloMs, Reported = reported } : null,
            },
            policy,
            seed);
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
