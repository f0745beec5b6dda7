namespace MuLambda.Simulation.Scaling;

/// <summary>
/// Deployments as a provider of functions sees them, generated after what was published of Azure Functions (Shahrad et al., Serverless in the Wild, USENIX
/// ATC 2020): of the applications 45 % are called at most once an hour and 81 % at most once a minute in the mean, and the few others make nearly all calls; a
/// timer calls many of the rare ones; gaps of the others vary more than a Poisson process's.
/// </summary>
/// <remarks>
/// <para>The trace itself may be redistributed (CC BY), but it counts calls by the minute, so that nothing is in it of what happens within one, which is what
/// scaling is about here; so it would have to be generated below the minute in any case.</para>
/// <para>Rates are the quantiles of that distribution at equal distances, logarithmic between its published points. A third of those called at most once a
/// minute have a timer; the others' gaps are log-normal with a coefficient of variation of about 2.9. Of those called more often, every other one comes in bursts
/// (four times the rate for 20 s in the mean, a third of it for a minute), the others in a day's course, an hour long. Each is of another model than the one before.</para>
/// </remarks>
public static class ProductionMix
{
    /// <summary>How long it is, in milliseconds.</summary>
    public const double DurationMs = 7_200_000;

    private const int Count = 24;
    private const double HourMs = 3_600_000;
    private const double GapSigma = 1.5;
    private const double BurstFactor = 4;

    // Shares of applications by calls a second at most: 0.1 and 1 an hour, 1 a minute; the most popular ones have this share of their model's peak.
    private const double PopularShare = 0.3;
    private static readonly (double Share, double PerSecond)[] Published = [(0, 0.1 / 3600), (0.45, 1.0 / 3600), (0.81, 1.0 / 60)];

    /// <summary>The deployments of a seed.</summary>
    /// <param name="seed">The seed.</param>
    public static IReadOnlyList<ScaledLoad> Loads(long seed)
    {
        var chance = RequestChance.Of(seed, int.MaxValue, 1, 0);
        return [.. Enumerable.Range(0, Count).Select(index => Load(index, chance.For(index)))];
    }

    private static ScaledLoad Load(int index, RequestChance chance)
    {
        var share = (index + chance.Uniform(0)) / Count;
        var model = ScaledModels.All[index % ScaledModels.All.Count];
        var perSecond = PerSecond(share, PopularShare * ScaledModels.PeakPerSecond(model));
        var isRare = share <= Published[^1].Share;
        var (kind, peak, arrivals) = (isRare, chance.Uniform(1) < (isRare ? 1.0 / 3 : 0.5)) switch
        {
            (true, true) => ("timer", perSecond, (ArrivalProcess)new TimerArrivals(1000 / perSecond, 100)),
            (true, false) => ("rare", perSecond, new LogNormalArrivals(perSecond, GapSigma)),
            (false, true) => ("bursts", BurstFactor * perSecond * 0.8, Bursts(perSecond * 0.8)),
            _ => ("day", 1.8 * perSecond, new DiurnalArrivals(perSecond, 0.8, HourMs, chance.Uniform(2))),
        };
        return new ScaledLoad(FormattableString.Invariant($"{model.Name}-{kind}-{index:00}"), model, arrivals, peak);
    }

    // 20 s of four times and 60 s of a third of a rate: in the mean 5/4 of it.
    private static BurstArrivals Bursts(double perSecond) => new(BurstFactor * perSecond, perSecond / 3, 20_000, 60_000);

    private static double PerSecond(double share, double most)
    {
        (double Share, double PerSecond)[] points = [.. Published, (1, Math.Max(most, 2.0 / 60))];
        var at = Array.FindIndex(points, point => point.Share >= share);
        var (from, to) = (points[Math.Max(0, at - 1)], points[at]);
        return to.Share == from.Share
            ? to.PerSecond
            : from.PerSecond * Math.Pow(to.PerSecond / from.PerSecond, (share - from.Share) / (to.Share - from.Share));
    }
}
