namespace MuLambda.Simulation.Scaling;

/// <summary>What came of a <see cref="ScaledDeployment"/>. Every request that came was answered, refused or lost.</summary>
/// <param name="Name">The deployment.</param>
/// <param name="Offered">Requests that came.</param>
/// <param name="Answered">Those that were answered.</param>
/// <param name="Good">Those that were answered within the objective.</param>
/// <param name="Refused">Those that were refused because they could not be answered in time.</param>
/// <param name="Lost">Those that waited until their client gave up.</param>
/// <param name="WaitedCold">Those that waited for a cold start, whatever became of them.</param>
/// <param name="Launches">Replicas that were launched.</param>
/// <param name="Actions">Decisions that changed the desired replicas.</param>
/// <param name="DirectionChanges">Those that went the other way than the one before.</param>
/// <param name="MostChangesInWindow">The most of these within a stabilisation window.</param>
/// <param name="ReplicaSeconds">Seconds that replicas were there, from launch to end, summed.</param>
/// <param name="MostReplicas">The most replicas that served or started at a time.</param>
public sealed record DeploymentResult(
    string Name,
    long Offered,
    long Answered,
    long Good,
    long Refused,
    long Lost,
    long WaitedCold,
    int Launches,
    int Actions,
    int DirectionChanges,
    int MostChangesInWindow,
    double ReplicaSeconds,
    int MostReplicas)
{
    /// <summary>The share of requests that was answered within the objective; 1 where none came.</summary>
    public double Attainment => Offered == 0 ? 1 : (double)Good / Offered;
}
