using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Simulation.Paper;

/// <summary>
/// What an answer was worth, by the measure of the evaluation: the latency weight times the published bucket score of the observed round
/// trip, plus the accuracy weight times the observed confidence relative to the best expected confidence among the candidates.
/// </summary>
public static class RealisedUtility
{
    /// <summary>The utility of an answer.</summary>
    /// <param name="weights">The weights it was asked for with; they sum to 1.</param>
    /// <param name="roundTripMs">The observed round trip, in milliseconds.</param>
    /// <param name="confidence">The observed confidence.</param>
    /// <param name="bestExpectedConfidence">The best expected confidence among the candidates.</param>
    /// <returns>The utility; above 1 where a model was luckier than the best one is in the mean.</returns>
    public static double Of(Preference weights, double roundTripMs, double confidence, double bestExpectedConfidence)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return (weights.Latency * WeightedPolicy.NormaliseLatency(roundTripMs))
            + (bestExpectedConfidence > 0 ? weights.Accuracy * confidence / bestExpectedConfidence : 0);
    }
}
