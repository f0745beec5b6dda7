namespace MuLambda.Simulation;

/// <summary>
/// An executor takes longer. Where requests share its speed that holds at once for all, otherwise for those that begin from then on.
/// </summary>
/// <param name="Executor">The executor's index.</param>
/// <param name="Factor">How many times longer, above 0.</param>
/// <param name="AtMs">When, in milliseconds since the run's begin.</param>
/// <param name="UntilMs">When it is as fast as before; null for never.</param>
public sealed record ExecutorSlowed(int Executor, double Factor, double AtMs, double? UntilMs = null) : Fault(AtMs, UntilMs);
