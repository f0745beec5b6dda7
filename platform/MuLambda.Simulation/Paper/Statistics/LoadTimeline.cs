namespace MuLambda.Simulation.Paper;

/// <summary>Load over time, in bins of equal length from the run's begin on.</summary>
/// <param name="BinMs">The length of a bin, in milliseconds.</param>
/// <param name="InFlight">By node: the requests in flight, in the mean of each bin.</param>
/// <param name="Sent">By executor: the requests that were sent in each bin and that it answered.</param>
public sealed record LoadTimeline(
    double BinMs, IReadOnlyList<IReadOnlyList<double>> InFlight, IReadOnlyList<IReadOnlyList<int>> Sent);
