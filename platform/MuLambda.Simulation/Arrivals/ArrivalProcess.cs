namespace MuLambda.Simulation;

/// <summary>When requests of an open loop come.</summary>
public abstract class ArrivalProcess
{
    /// <summary>How many come in the mean in a second; <see cref="double.NaN"/> where that is not known.</summary>
    public abstract double MeanPerSecond { get; }

    /// <summary>The arrivals of one run, in order.</summary>
    /// <param name="chance">Where their chance comes from; the same chance gives the same arrivals.</param>
    /// <returns>The arrivals; possibly without end.</returns>
    public abstract IEnumerator<Arrival> Begin(RequestChance chance);
}
