namespace MuLambda.Simulation;

/// <summary>
/// Nothing sent to or by a node arrives. Its companion cannot renew the registrations, which run out. Clients need a timeout.
/// </summary>
/// <param name="Node">The node's index.</param>
/// <param name="AtMs">When, in milliseconds since the run's begin.</param>
/// <param name="UntilMs">When it is back; null for never.</param>
public sealed record NodeCutOff(int Node, double AtMs, double? UntilMs = null) : Fault(AtMs, UntilMs);
