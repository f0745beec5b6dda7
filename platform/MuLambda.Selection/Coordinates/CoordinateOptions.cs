namespace MuLambda.Selection.Coordinates;

/// <summary>
/// How coordinates are learned. The defaults come from the literature, checked by the experiment in experiments/coordinates; nothing
/// here has to be set for a network of a kind.
/// </summary>
public sealed record CoordinateOptions
{
    /// <summary>The defaults.</summary>
    public static CoordinateOptions Default { get; } = new();

    /// <summary>The dimensions of positions, 1 to <see cref="Coordinate.MaxDimensions"/>; heights come on top.</summary>
    public int Dimensions { get; init; } = 4;

    /// <summary>
    /// The largest share of an error that one update corrects, above 0 to 1 (c_c of Dabek et al. 2004, who take 0.25 for updates by one
    /// neighbour; the mean over many allows more). The step adapts below it, as a node is sure of itself and unsure of the others.
    /// </summary>
    public double Step { get; init; } = 1;

    /// <summary>The share by which one update moves the error estimate, above 0 to 1 (c_e of Dabek et al. 2004).</summary>
    public double ErrorStep { get; init; } = 0.25;

    /// <summary>
    /// The round trips that a link is judged by: its last so many (Ledlie et al. 2007 call them the moving percentile's history).
    /// </summary>
    public int FilterSamples { get; init; } = 4;

    /// <summary>
    /// Which of them counts, from 0 for the smallest to 1 for the largest: a low one, for what comes on top of the network's own
    /// delay only ever adds.
    /// </summary>
    public double FilterPercentile { get; init; } = 0.25;

    /// <summary>The neighbours remembered, at least 1. Each update goes by all of them, the older the less (Ledlie et al. 2007).</summary>
    public int Neighbours { get; init; } = 64;

    /// <summary>
    /// The distance from the origin, in milliseconds, at which gravity pulls back a millisecond an update: weak enough to
    /// bend nothing, strong enough that the whole space does not drift away (Ledlie et al. 2007). Infinity for none.
    /// </summary>
    public double GravityMs { get; init; } = 200;

    /// <summary>Differences below it, in milliseconds, are noise of the clock and of the machine.</summary>
    public double ResolutionMs { get; init; } = 0.05;

    /// <summary>
    /// The farthest, in milliseconds, that one update may move a coordinate. What a neighbour claims, it can pull no harder.
    /// </summary>
    public double MaxStepMs { get; init; } = 50;

    /// <summary>The longest round trip that is believed, in milliseconds.</summary>
    public double MaxRoundTripMs { get; init; } = 10_000;

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its limits.</exception>
    public void Validate()
    {
        Within(Dimensions, 1, Coordinate.MaxDimensions, nameof(Dimensions));
        Within(Step, double.Epsilon, 1, nameof(Step));
        Within(ErrorStep, double.Epsilon, 1, nameof(ErrorStep));
        Within(FilterSamples, 1, 1024, nameof(FilterSamples));
        Within(FilterPercentile, 0, 1, nameof(FilterPercentile));
        Within(Neighbours, 1, 4096, nameof(Neighbours));
        Within(GravityMs, 1, double.PositiveInfinity, nameof(GravityMs));
        Within(ResolutionMs, 0, 1000, nameof(ResolutionMs));
        Within(MaxStepMs, double.Epsilon, Coordinate.MaxMs, nameof(MaxStepMs));
        Within(MaxRoundTripMs, 1, Coordinate.MaxMs, nameof(MaxRoundTripMs));
    }

    private static void Within(double value, double smallest, double largest, string name)
    {
        if (!(value >= smallest && value <= largest))
        {
            throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant(
                $"{name} is {value}; it must be from {smallest} to {largest}."));
        }
    }
}
