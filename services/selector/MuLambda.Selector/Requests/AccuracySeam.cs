using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>Where scores go.</summary>
internal static class AccuracySeam
{
    public static void ObserveScore(CandidateTrack track, double score, double confidence) => track.Confidence.Observe(score);
}
