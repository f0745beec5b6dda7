namespace MuLambda.Simulation;

/// <summary>Arrivals at equal distances, the first one distance after the begin.</summary>
public sealed class UniformArrivals : ArrivalProcess
{
    /// <summary>Arrivals at a rate.</summary>
    /// <param name="perSecond">How many come in a second, above 0.</param>
    public UniformArrivals(double perSecond) => MeanPerSecond = Checked.Positive(perSecond);

    /// <inheritdoc/>
    public override double MeanPerSecond { get; }

    /// <inheritdoc/>
    public override IEnumerator<Arrival> Begin(RequestChance chance)
    {
        for (var number = 1L; ; number++)
        {
            yield return new Arrival(1000 * (number / MeanPerSecond));
        }
    }
}
