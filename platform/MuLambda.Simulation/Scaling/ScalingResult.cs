namespace MuLambda.Simulation.Scaling;

/// <summary>What came of a <see cref="ScalingScenario"/>.</summary>
/// <param name="Deployments">The deployments.</param>
/// <param name="P50Ms">The median latency of all answered requests, in milliseconds; NaN where there is none.</param>
/// <param name="P99Ms">Their 99th percentile.</param>
/// <param name="Timeline">How it went; empty unless asked for.</param>
public sealed record ScalingResult(
    IReadOnlyList<DeploymentResult> Deployments, double P50Ms, double P99Ms, IReadOnlyList<TimelinePoint> Timeline)
{
    /// <summary>Requests that came.</summary>
    public long Offered => Deployments.Sum(deployment => deployment.Offered);

    /// <summary>Those that were answered within the objective.</summary>
    public long Good => Deployments.Sum(deployment => deployment.Good);

    /// <summary>Those that were answered.</summary>
    public long Answered => Deployments.Sum(deployment => deployment.Answered);

    /// <summary>Those that were refused because they could not be answered in time.</summary>
    public long Refused => Deployments.Sum(deployment => deployment.Refused);

    /// <summary>Those that waited until their client gave up.</summary>
    public long Lost => Deployments.Sum(deployment => deployment.Lost);

    /// <summary>Those that waited for a cold start.</summary>
    public long WaitedCold => Deployments.Sum(deployment => deployment.WaitedCold);

    /// <summary>Replicas that were launched.</summary>
    public int Launches => Deployments.Sum(deployment => deployment.Launches);

    /// <summary>Decisions that changed the desired replicas.</summary>
    public int Actions => Deployments.Sum(deployment => deployment.Actions);

    /// <summary>Those that went the other way than the one before.</summary>
    public int DirectionChanges => Deployments.Sum(deployment => deployment.DirectionChanges);

    /// <summary>The most of these within a stabilisation window, of any deployment.</summary>
    public int MostChangesInWindow => Deployments.Max(deployment => deployment.MostChangesInWindow);

    /// <summary>Seconds that replicas were there, from launch to end, summed.</summary>
    public double ReplicaSeconds => Deployments.Sum(deployment => deployment.ReplicaSeconds);

    /// <summary>The share of requests that was answered within the objective; 1 where none came.</summary>
    public double Attainment => Offered == 0 ? 1 : (double)Good / Offered;
}
