namespace MuLambda.Simulation;

/// <summary>Everything a node sends takes longer.</summary>
/// <param name="Node">The node's index.</param>
/// <param name="ExtraMs">How much longer, in milliseconds.</param>
/// <param name="AtMs">When, in milliseconds since the run's begin.</param>
/// <param name="UntilMs">When it is as before; null for never.</param>
public sealed record NodeDelayed(int Node, double ExtraMs, double AtMs, double? UntilMs = null) : Fault(AtMs, UntilMs);
