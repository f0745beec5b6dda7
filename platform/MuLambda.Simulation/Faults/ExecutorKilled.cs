namespace MuLambda.Simulation;

/// <summary>
/// An executor's process ends: the requests in it fail, and so do new ones until it runs again. Its companion sees it at its next look, the
/// selectors when the catalog says so.
/// </summary>
/// <param name="Executor">The executor's index.</param>
/// <param name="AtMs">When, in milliseconds since the run's begin.</param>
/// <param name="UntilMs">When it runs again; null for never.</param>
/// <param name="NoticedAfterMs">After how long the requests in it fail: 0 where the connection is reset, more where the machine is gone.</param>
public sealed record ExecutorKilled(int Executor, double AtMs, double? UntilMs = null, double NoticedAfterMs = 0)
    : Fault(AtMs, UntilMs);
