namespace MuLambda.Simulation;

/// <summary>What a run came to.</summary>
/// <param name="Requests">Requests that ended.</param>
/// <param name="Answered">Those of them that were answered.</param>
/// <param name="Events">Events simulated.</param>
/// <param name="EndMs">The virtual time of the last event, in milliseconds.</param>
public readonly record struct RunSummary(long Requests, long Answered, long Events, double EndMs);
