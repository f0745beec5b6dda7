namespace MuLambda.Selection;

/// <summary>What a candidate is expected to take and to be worth for one request.</summary>
/// <param name="RttMs">The network's round trip, in milliseconds.</param>
/// <param name="WaitMs">The wait behind requests in flight, in milliseconds.</param>
/// <param name="ServiceMs">The prediction itself, in milliseconds.</param>
/// <param name="Accuracy">The model's declared accuracy, from 0 to 1.</param>
/// <param name="RttSource">Where the round trip comes from.</param>
public readonly record struct Estimate(
    double RttMs, double WaitMs, double ServiceMs, double Accuracy, RoundTripSource RttSource)
{
    /// <summary>The whole: round trip, wait and service, in milliseconds.</summary>
    public double LatencyMs => RttMs + WaitMs + ServiceMs;
}
