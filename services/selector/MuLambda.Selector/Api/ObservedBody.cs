namespace MuLambda.Selector;

/// <summary>What was measured of a forwarded inference: from its arrival to its answer, and how many executors were asked.</summary>
internal sealed record ObservedBody(double LatencyMs, int Attempts);
