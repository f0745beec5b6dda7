namespace MuLambda.Load;

/// <summary>How a run is doing.</summary>
/// <param name="Elapsed">How long it has run, warm-up included.</param>
/// <param name="Total">How long it will run, warm-up included.</param>
/// <param name="IsWarmUp">Whether it still warms up.</param>
/// <param name="LastSecond">The last whole second.</param>
/// <param name="Failed">Failures so far.</param>
public sealed record LoadSnapshot(TimeSpan Elapsed, TimeSpan Total, bool IsWarmUp, LoadSecond LastSecond, long Failed);
