namespace MuLambda.Catalog;

/// <summary>A service-level objective: the share of requests answered within a time.</summary>
/// <param name="LatencyMs">The time, in milliseconds.</param>
/// <param name="Target">The share, above 0 and below 1, such as 0.99.</param>
public sealed record Slo(double LatencyMs, double Target = 0.99);
