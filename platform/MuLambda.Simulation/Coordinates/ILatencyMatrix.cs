namespace MuLambda.Simulation.Coordinates;

/// <summary>The round trips between all hosts of a network.</summary>
public interface ILatencyMatrix
{
    /// <summary>The number of hosts.</summary>
    int Count { get; }

    /// <summary>The round trip between two hosts without anything that comes and goes, in milliseconds.</summary>
    /// <param name="one">The index of one.</param>
    /// <param name="other">The index of the other.</param>
    /// <returns>Milliseconds, the same both ways; NaN where it is not known.</returns>
    double RoundTripMs(int one, int other);
}
