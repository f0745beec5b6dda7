namespace MuLambda.Simulation;

/// <summary>Arrivals that know nothing of each other, at a constant rate.</summary>
public sealed class PoissonArrivals : ArrivalProcess
{
    /// <summary>Arrivals at a rate.</summary>
    /// <param name="perSecond">How many come in the mean in a second, above 0.</param>
    public PoissonArrivals(double perSecond) => MeanPerSecond = Checked.Positive(perSecond);

    /// <inheritdoc/>
    public override double MeanPerSecond { get; }

    /// <inheritdoc/>
    public override IEnumerator<Arrival> Begin(RequestChance chance)
    {
        var gapMs = 1000 / MeanPerSecond;
        var atMs = 0.0;
        for (var draw = 0; ; draw++)
        {
            atMs += gapMs * chance.Exponential(draw);
            yield return new Arrival(atMs);
        }
    }
}
