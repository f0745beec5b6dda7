namespace MuLambda.Catalog;

/// <summary>Limits that no decision may break.</summary>
/// <param name="MaxLatencyMs">The largest estimated latency, in milliseconds; null for none.</param>
/// <param name="MinAccuracy">The smallest accuracy, from 0 to 1; null for none.</param>
public sealed record Bounds(double? MaxLatencyMs = null, double? MinAccuracy = null);
