namespace MuLambda.Simulation.Scaling;

/// <summary>What happened in a while, over all deployments.</summary>
/// <param name="EndMs">Its end, in milliseconds.</param>
/// <param name="Offered">Requests that came in it.</param>
/// <param name="Bad">Requests that ended in it beyond their objective, or were refused or lost.</param>
/// <param name="Desired">The replicas desired at its end.</param>
/// <param name="Ready">Replicas that serve at its end.</param>
/// <param name="Alive">All replicas at its end, those that start and those that end their work included.</param>
public readonly record struct TimelinePoint(double EndMs, long Offered, long Bad, int Desired, int Ready, int Alive);
