namespace MuLambda.Simulation;

/// <summary>Arrivals whose gaps are log-normally distributed and know nothing of each other: with a large sigma many come close together, and then none for long.</summary>
public sealed class LogNormalArrivals : ArrivalProcess
{
    private readonly double _sigma;

    /// <summary>Arrivals at a rate.</summary>
    /// <param name="perSecond">How many come in the mean in a second, above 0.</param>
    /// <param name="sigma">The standard deviation of the logarithm of gaps; their coefficient of variation is <c>sqrt(exp(sigma^2) - 1)</c>.</param>
    public LogNormalArrivals(double perSecond, double sigma)
    {
        MeanPerSecond = Checked.Positive(perSecond);
        _sigma = Checked.NonNegative(sigma);
    }

    /// <inheritdoc/>
    public override double MeanPerSecond { get; }

    /// <inheritdoc/>
    public override IEnumerator<Arrival> Begin(RequestChance chance)
    {
        // The first comes anywhere in a mean gap: clients do not all begin at once.
        var (gapMs, atMs) = (1000 / MeanPerSecond, 0.0);
        atMs += gapMs * chance.For(1).Uniform(0);
        for (var draw = 0; ; draw++)
        {
            yield return new Arrival(atMs);
            atMs += gapMs * Math.Exp((_sigma * chance.Normal(draw)) - (_sigma * _sigma / 2));
        }
    }
}
