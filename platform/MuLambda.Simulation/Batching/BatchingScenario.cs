using MuLambda.Batching;

namespace MuLambda.Simulation.Batching;

/// <summary>Requests of one example each for one executor, all with the same objective.</summary>
/// <param name="Server">The executor.</param>
/// <param name="Arrivals">When requests come.</param>
/// <param name="SloMs">Within what time each has to be answered, in milliseconds.</param>
/// <param name="DurationMs">How long requests come, in milliseconds.</param>
public sealed record BatchingScenario(BatchServer Server, ArrivalProcess Arrivals, double SloMs, double DurationMs)
{
    /// <summary>What the queue takes at most.</summary>
    public BatcherLimits Limits { get; init; } = new();

    /// <summary>What requests take outside of the queue and the executor; null for nothing.</summary>
    public OutsideDelay? Outside { get; init; }

    /// <summary>Requests that come before this are not counted, in milliseconds.</summary>
    public double WarmUpMs { get; init; }
}
