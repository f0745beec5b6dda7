namespace MuLambda.Simulation;

/// <summary>
/// An executor takes requests and answers none; what is done by the end of it is answered then. Clients need a timeout.
/// </summary>
/// <param name="Executor">The executor's index.</param>
/// <param name="AtMs">When, in milliseconds since the run's begin.</param>
/// <param name="UntilMs">When it goes on; null for never.</param>
public sealed record ExecutorHung(int Executor, double AtMs, double? UntilMs = null) : Fault(AtMs, UntilMs);
