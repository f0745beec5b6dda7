namespace MuLambda.Simulation.Scaling;

/// <summary>
/// The traces of the experiment. What is by chance in their shape (rates within a fifth of the model's, when things happen, how long they last) is decided by the
/// seed, so that another seed is another trace of its kind.
/// </summary>
public static class ScalingTraces
{
    private const double SecondMs = 1000;
    private const double MinuteMs = 60 * SecondMs;
    private const double WarmUpMs = 2 * MinuteMs;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ScalingTrace> All { get; } =
    [
        Single("steady", "half of the peak all the time", 12 * MinuteMs, WarmUpMs, Steady),
        Single("ramp", "from a twentieth of the peak to the peak in ten minutes, and back in five", 20 * MinuteMs, WarmUpMs, Ramp),
        Single("spike", "a tenth of the peak; within a second ten times as many, for two minutes", 17 * MinuteMs, WarmUpMs, Spike),
        Single("diurnal", "a day's course in forty minutes, from a twentieth of the peak to nearly all of it", 42 * MinuteMs, WarmUpMs, Diurnal),
        Single("on-off", "half of the peak for one to two minutes, then nothing for twelve to twenty", 180 * MinuteMs, 0, OnOff),
        new(
            "production",
            "24 deployments of all models whose rates, timers and bursts are spread as published of Azure Functions, in two hours",
            ProductionMix.DurationMs, 0, (_, seed) => ProductionMix.Loads(seed), IsMixed: true) { Capacity = 48 },
    ];

    private static ScalingTrace Single(
        string name, string description, double durationMs, double warmUpMs, Func<double, RequestChance, double, IReadOnlyList<RatePoint>> points) => new(
        name, description, durationMs, warmUpMs, (model, seed) =>
        {
            ArgumentNullException.ThrowIfNull(model);
            var chance = RequestChance.Of(seed, int.MaxValue, 0, 0);
            var peak = ScaledModels.PeakPerSecond(model) * Between(0.8, 1.2, chance.Uniform(0));
            var arrivals = new PiecewiseArrivals(points(peak, chance.For(1), durationMs));
            return [new ScaledLoad(model.Name, model, arrivals, arrivals.PeakPerSecond)];
        });

    private static IReadOnlyList<RatePoint> Steady(double peak, RequestChance chance, double durationMs) => [new(0, peak / 2)];

    private static IReadOnlyList<RatePoint> Ramp(double peak, RequestChance chance, double durationMs)
    {
        var beginMs = WarmUpMs + Between(0, MinuteMs, chance.Uniform(0));
        var topMs = beginMs + (10 * MinuteMs);
        var downMs = topMs + MinuteMs;
        return [new(beginMs, peak / 20), new(topMs, peak), new(downMs, peak), new(downMs + (5 * MinuteMs), peak / 20)];
    }

    private static IReadOnlyList<RatePoint> Spike(double peak, RequestChance chance, double durationMs)
    {
        var beginMs = WarmUpMs + Between(4 * MinuteMs, 6 * MinuteMs, chance.Uniform(0));
        var endMs = beginMs + (2 * MinuteMs);
        return [new(beginMs, peak / 10), new(beginMs + SecondMs, peak), new(endMs, peak), new(endMs + SecondMs, peak / 10)];
    }

    private static IReadOnlyList<RatePoint> Diurnal(double peak, RequestChance chance, double durationMs)
    {
        // Straight lines between 240 points of a sine.
        const int Points = 240;
        var (lowest, dayMs) = (Between(0.04, 0.08, chance.Uniform(0)), durationMs - WarmUpMs);
        return [.. Enumerable.Range(0, Points + 1).Select(i => new RatePoint(
            WarmUpMs + (dayMs * i / Points),
            peak * (lowest + ((0.95 - lowest) * (1 - Math.Cos(2 * Math.PI * i / Points)) / 2))))];
    }

    private static IReadOnlyList<RatePoint> OnOff(double peak, RequestChance chance, double durationMs)
    {
        var points = new List<RatePoint>();
        var atMs = Between(10 * SecondMs, MinuteMs, chance.Uniform(0));
        for (var draw = 1; atMs < durationMs; draw += 2)
        {
            var endMs = atMs + Between(MinuteMs, 2 * MinuteMs, chance.Uniform(draw));
            points.AddRange([new(atMs, 0), new(atMs, peak / 2), new(endMs, peak / 2), new(endMs, 0)]);
            atMs = endMs + Between(12 * MinuteMs, 20 * MinuteMs, chance.Uniform(draw + 1));
        }

        return points;
    }

    private static double Between(double from, double to, double share) => from + ((to - from) * share);
}
