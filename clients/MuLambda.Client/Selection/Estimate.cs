namespace MuLambda.Client;

/// <summary>What the policy expected of a candidate.</summary>
/// <param name="RttMs">The round trip between client and executor, in milliseconds.</param>
/// <param name="WaitMs">The wait behind other requests, in milliseconds.</param>
/// <param name="ServiceMs">The time of the prediction itself, in milliseconds.</param>
/// <param name="LatencyMs">The sum of the three.</param>
/// <param name="Accuracy">The model's accuracy as it is believed: declared, and corrected by answers and feedback; from 0 to 1.</param>
public sealed record Estimate(double RttMs, double WaitMs, double ServiceMs, double LatencyMs, double Accuracy);
