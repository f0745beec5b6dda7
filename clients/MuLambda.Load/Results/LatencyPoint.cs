namespace MuLambda.Load;

/// <summary>A point of the distribution of latencies.</summary>
/// <param name="Share">A share of the right answers.</param>
/// <param name="Ms">The latency that this share did not exceed, in milliseconds.</param>
public sealed record LatencyPoint(double Share, double Ms);
