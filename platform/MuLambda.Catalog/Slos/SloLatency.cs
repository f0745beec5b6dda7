namespace MuLambda.Catalog;

/// <summary>How long answers took, in milliseconds, each within 1.6 %.</summary>
/// <param name="P50Ms">The median.</param>
/// <param name="P95Ms">The 95th percentile.</param>
/// <param name="P99Ms">The 99th percentile.</param>
public sealed record SloLatency(double P50Ms, double P95Ms, double P99Ms);
