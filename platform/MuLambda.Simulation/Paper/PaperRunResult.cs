namespace MuLambda.Simulation.Paper;

/// <summary>What came of one run.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Requests">How many requests ended; all of them count, from the first on.</param>
/// <param name="Failed">How many were not answered; their utility is 0, and they are in no other figure.</param>
/// <param name="DurationMs">When the last one ended, in milliseconds.</param>
/// <param name="MeanRoundTripMs">The mean round trip, in milliseconds.</param>
/// <param name="MeanConfidence">The mean confidence.</param>
/// <param name="MeanUtility">The mean realised utility.</param>
/// <param name="RoundTrips">The distribution of round trips, in milliseconds.</param>
/// <param name="Confidences">How many answers had which confidence, by rising confidence.</param>
/// <param name="Progress">Means over equal parts of the run.</param>
/// <param name="Load">Load over time.</param>
public sealed record PaperRunResult(
    string Policy,
    long Seed,
    long Requests,
    long Failed,
    double DurationMs,
    double MeanRoundTripMs,
    double MeanConfidence,
    double MeanUtility,
    QuantileSketch RoundTrips,
    IReadOnlyList<ValueCount> Confidences,
    Progress Progress,
    LoadTimeline Load);
