namespace MuLambda.Catalog;

/// <summary>An executor's load as its companion last saw it.</summary>
/// <param name="InFlight">Requests running in it.</param>
/// <param name="Queued">Requests waiting in it.</param>
/// <param name="ServiceMs">The mean time of a prediction since the report before, in milliseconds; null when it answered none.</param>
public sealed record ExecutorLoad(int InFlight, int Queued, double? ServiceMs = null);
