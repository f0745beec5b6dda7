namespace MuLambda.Selection;

/// <summary>
/// How much an answer time is worth: <c>195 / (195 + t)</c> with t in milliseconds. It runs through the published buckets (within
/// 0.05 at the edge of each), so that the same weights mean the same trade, and is strictly decreasing: it tells 1 ms from 3 ms, and
/// 2 s from 5 s, where buckets see equals.
/// </summary>
public static class LatencyUtility
{
    /// <summary>The answer time that is worth a half, in milliseconds.</summary>
    public const double HalfMs = 195;

    /// <summary>The worth of an answer time.</summary>
    /// <param name="latencyMs">Milliseconds, at least 0.</param>
    /// <returns>From 1 at once down towards 0.</returns>
    public static double Of(double latencyMs) => HalfMs / (HalfMs + latencyMs);
}
