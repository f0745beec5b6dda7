using System.Numerics;

namespace MuLambda.Selection;

/// <summary>
/// How much an answer time is worth: the published score, a staircase from 1 for 10 ms and less to 0 above 1020 ms, in
/// expectation over the scatter of answers, so that an estimate near an edge counts half; and to a tenth a part that falls
/// everywhere, so that 1 ms is told from 3 ms, and 2 s from 5 s, where the staircase sees equals.
/// </summary>
public static class LatencyUtility
{
    /// <summary>The share of the part that falls everywhere.</summary>
    public const double TailShare = 0.1;

    /// <summary>The answer time at which that part is worth half of it, in milliseconds.</summary>
    public const double TailHalfMs = 195;

    // An estimate is never sharper than this.
    private const float LeastSpread = 0.02f;
    private const float SpreadOfScatter = 2;

    private static readonly float[] Edges = [.. WeightedPolicy.BucketsMs.Select(edge => (float)edge)];
    private static readonly float[] Steps =
        [.. WeightedPolicy.Scores.Select((score, i) => (float)((1 - TailShare) * (score - (i + 1 < WeightedPolicy.Scores.Length ? WeightedPolicy.Scores[i + 1] : 0))))];

    /// <summary>The worth of an answer time.</summary>
    /// <param name="latencyMs">Milliseconds, at least 0.</param>
    /// <param name="scatterMs">How far answers lie from that, in the mean, in milliseconds.</param>
    /// <returns>From 1 at once down to 0.</returns>
    public static double Of(double latencyMs, double scatterMs = 0)
    {
        var sharpness = 0.5 / Math.Max(SpreadOfScatter * scatterMs, (LeastSpread * latencyMs) + 1e-3);
        var sum = 0.0;
        for (var i = 0; i < Edges.Length; i++)
        {
            sum += Steps[i] * Math.Clamp(0.5 + ((Edges[i] - latencyMs) * sharpness), 0, 1);
        }

        return sum + (TailShare * TailHalfMs / (TailHalfMs + latencyMs));
    }

    /// <summary>The published part for a whole vector.</summary>
    internal static Vector<float> Score(Vector<float> latencyMs, Vector<float> scatterMs)
    {
        var half = new Vector<float>(0.5f);
        var spread = Vector.Max(new Vector<float>(SpreadOfScatter) * scatterMs, (new Vector<float>(LeastSpread) * latencyMs) + new Vector<float>(1e-3f));
        var sharpness = half / spread;
        var sum = Vector<float>.Zero;
        for (var i = 0; i < Edges.Length; i++)
        {
            var share = half + ((new Vector<float>(Edges[i]) - latencyMs) * sharpness);
            sum += new Vector<float>(Steps[i]) * Vector.Min(Vector.Max(share, Vector<float>.Zero), Vector<float>.One);
        }

        return sum;
    }

    /// <summary>The part that falls everywhere, for a whole vector.</summary>
    internal static Vector<float> Tail(Vector<float> latencyMs) =>
        new Vector<float>((float)(TailShare * TailHalfMs)) / (new Vector<float>((float)TailHalfMs) + latencyMs);
}
