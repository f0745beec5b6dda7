namespace MuLambda.Simulation.Coordinates;

/// <summary>What came of predicting for clients.</summary>
/// <param name="Clients">The clients.</param>
/// <param name="Errors">The errors of predictions for pairs that nobody measured.</param>
/// <param name="NearErrors">The same for pairs whose true round trip is below 40 ms.</param>
/// <param name="MedianExtraMs">How much farther than the truly nearest node the chosen one is, in the median, in milliseconds.</param>
/// <param name="P90ExtraMs">The 90th percentile of it.</param>
/// <param name="RandomExtraMs">The median of it when a node is chosen at random.</param>
public sealed record ClientResult(
    int Clients, ErrorPercentiles Errors, ErrorPercentiles NearErrors, double MedianExtraMs, double P90ExtraMs, double RandomExtraMs);
