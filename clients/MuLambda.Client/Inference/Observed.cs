namespace MuLambda.Client;

/// <summary>What the selector measured while it forwarded an inference.</summary>
/// <param name="LatencyMs">From the request's arrival to the answer, in milliseconds.</param>
/// <param name="Attempts">How many executors were asked until one answered.</param>
public sealed record Observed(double LatencyMs, int Attempts);
