using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>What the requests of a run come to.</summary>
/// <param name="Requests">How many ended.</param>
/// <param name="Failed">How many were not answered; they are in no other figure but the utility, where they count 0.</param>
/// <param name="MeanMs">The mean round trip, in milliseconds.</param>
/// <param name="MedianMs">The median, in milliseconds.</param>
/// <param name="P95Ms">The 95th percentile, in milliseconds.</param>
/// <param name="Confidence">The mean confidence.</param>
/// <param name="Utility">The mean realised utility.</param>
internal sealed record LiveFigures(
    long Requests, long Failed, double MeanMs, double MedianMs, double P95Ms, double Confidence, double Utility)
{
    /// <summary>The figures of requests that were sent.</summary>
    public static LiveFigures Of(PaperCell cell, int requestsOfStream, IReadOnlyList<LiveRequest> requests)
    {
        var answered = requests.Where(request => request.Failure is null).ToList();
        var roundTrips = new QuantileSketch();
        foreach (var request in answered)
        {
            roundTrips.Add(request.RoundTripMs);
        }

        return new LiveFigures(
            requests.Count,
            requests.Count - answered.Count,
            answered.Count == 0 ? double.NaN : answered.Average(request => request.RoundTripMs),
            answered.Count == 0 ? double.NaN : roundTrips.Quantile(0.5),
            answered.Count == 0 ? double.NaN : roundTrips.Quantile(0.95),
            answered.Count == 0 ? double.NaN : answered.Average(request => request.Confidence),
            answered.Sum(UtilityOf) / requests.Count);

        double UtilityOf(LiveRequest request) => RealisedUtility.Of(
            cell.UseCase.Phases[cell.UseCase.PhaseOf(request.Sequence, requestsOfStream)],
            request.RoundTripMs,
            request.Confidence,
            cell.Schedule.BestExpectedConfidence);
    }

    /// <summary>The figures of simulated requests.</summary>
    public static LiveFigures Of(PolicySummary summary) => new(
        summary.Requests,
        summary.Failed,
        summary.MeanRoundTripMs.Mean,
        summary.RoundTrips.Quantile(0.5),
        summary.RoundTrips.Quantile(0.95),
        summary.MeanConfidence,
        summary.Utility.Mean);
}
