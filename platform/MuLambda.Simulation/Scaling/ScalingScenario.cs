using MuLambda.Batching;

namespace MuLambda.Simulation.Scaling;

/// <summary>Deployments that share a bounded number of places, and the requests that come for them.</summary>
/// <param name="Deployments">The deployments.</param>
/// <param name="DurationMs">How long requests come, in milliseconds. Replicas count until then; what is under way is still answered.</param>
public sealed record ScalingScenario(IReadOnlyList<ScaledDeployment> Deployments, double DurationMs)
{
    /// <summary>Requests that come before this are not counted, nor are replicas and decisions until then, in milliseconds.</summary>
    public double WarmUpMs { get; init; }

    /// <summary>The most replicas of all deployments, those that end their work included.</summary>
    public int Capacity { get; init; } = int.MaxValue;

    /// <summary>The most requests of a deployment that wait for its first replica; more are refused.</summary>
    public int MaxHeld { get; init; } = 4096;

    /// <summary>How long a client waits for its answer, in milliseconds.</summary>
    public double TimeoutMs { get; init; } = 10_000;

    /// <summary>How many replicas a request is tried at before it is refused.</summary>
    public int MaxAttempts { get; init; } = 4;

    /// <summary>How often demand is reported and decided on, in milliseconds; besides at once when a request begins to wait for a cold start.</summary>
    public double SampleMs { get; init; } = 500;

    /// <summary>The share of requests that has to be answered within the objective.</summary>
    public double Probability { get; init; } = 0.99;

    /// <summary>The time in which a change of direction of the desired replicas is compared with the others, in milliseconds.</summary>
    public double StabilisationMs { get; init; } = 60_000;

    /// <summary>What the queue of a replica takes at most.</summary>
    public BatcherLimits Limits { get; init; } = new();

    /// <summary>How long each point of <see cref="ScalingResult.Timeline"/> is, in milliseconds; null for no timeline.</summary>
    public double? TimelineMs { get; init; }
}
