namespace MuLambda.Selection;

/// <summary>
/// The policy of the published prototype. Latency is the measured round trip plus the last answer's delay per item times the items,
/// put into nine buckets; accuracy is the mean of the last ten confidences relative to the best candidate's; the weighted sum
/// of both decides, and of equals the first wins. It knows nothing of requests in flight.
/// </summary>
public sealed class WeightedPolicy : ISelectionPolicy
{
    internal static readonly double[] BucketsMs = [10, 30, 60, 90, 150, 240, 390, 630, 1020];
    internal static readonly double[] Scores = [1, 0.89, 0.78, 0.67, 0.56, 0.44, 0.33, 0.22, 0.11];

    /// <inheritdoc/>
    public string Name => "weighted";

    /// <summary>The published normalisation of latency.</summary>
    /// <param name="latencyMs">Milliseconds.</param>
    /// <returns>From 1 for 10 ms and less in nine steps to 0 above 1020 ms.</returns>
    public static double NormaliseLatency(double latencyMs)
    {
        for (var i = 0; i < BucketsMs.Length; i++)
        {
            if (latencyMs <= BucketsMs[i])
            {
                return Scores[i];
            }
        }

        return 0;
    }

    /// <inheritdoc/>
    public int Choose(in SelectionContext context)
    {
        var largest = 0.0;
        for (var row = 0; row < context.Candidates.Length; row++)
        {
            if (context.IsAdmitted(row))
            {
                largest = Math.Max(largest, context.Confidence[row]);
            }
        }

        var (best, bestScore) = (-1, double.NegativeInfinity);
        for (var row = 0; row < context.Candidates.Length; row++)
        {
            if (!context.IsAdmitted(row))
            {
                continue;
            }

            var measuredMs = context.MeasuredRttMs(row);
            var latencyMs = (double.IsNaN(measuredMs) ? 0 : measuredMs) + (context.LastDelayPerItemMs[row] * context.Items);
            var accuracy = largest > 0 ? context.Confidence[row] / largest : 0;
            var score = (context.Desired.Latency * NormaliseLatency(latencyMs)) + (context.Desired.Accuracy * accuracy);
            context.Scores[row] = (float)score;
            if (score > bestScore)
            {
                (best, bestScore) = (row, score);
            }
        }

        return best;
    }
}
