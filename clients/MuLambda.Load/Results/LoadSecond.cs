namespace MuLambda.Load;

/// <summary>One second of a run.</summary>
/// <param name="Second">Which, from 0 at the end of the warm-up.</param>
/// <param name="Due">Requests that were due in it.</param>
/// <param name="Answered">Right answers that arrived in it.</param>
/// <param name="Good">Those of them that arrived within the SLO; null without one.</param>
/// <param name="Failed">Requests that failed in it.</param>
/// <param name="InFlight">Requests under way at its end.</param>
/// <param name="P50Ms">The median latency of the requests that were due in it and answered right, in milliseconds; null without any.</param>
/// <param name="P99Ms">Their 99th percentile.</param>
public sealed record LoadSecond(int Second, long Due, long Answered, long? Good, long Failed, long InFlight, double? P50Ms, double? P99Ms);
