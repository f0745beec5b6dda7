namespace MuLambda.Simulation;

/// <summary>A point of a rate that changes with time.</summary>
/// <param name="AtMs">When, in milliseconds since the client's begin.</param>
/// <param name="PerSecond">How many come in a second then.</param>
public readonly record struct RatePoint(double AtMs, double PerSecond);
