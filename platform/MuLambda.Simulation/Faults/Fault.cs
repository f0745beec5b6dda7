namespace MuLambda.Simulation;

/// <summary>Something that goes wrong.</summary>
/// <param name="AtMs">When, in milliseconds since the run's begin.</param>
/// <param name="UntilMs">When it is over; null for never.</param>
public abstract record Fault(double AtMs, double? UntilMs);
