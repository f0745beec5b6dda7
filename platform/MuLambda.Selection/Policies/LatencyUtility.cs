using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MuLambda.Selection;

/// <summary>
/// How much an answer time is worth: the published score, a staircase from 1 for 10 ms and less to 0 above 1020 ms, in
/// expectation over the scatter of answers, so that an estimate near an edge counts half; and to a tenth a part that falls
/// everywhere, by the same for every doubling of long times, so that 1 ms is told from 3 ms, and 2 s from 5 s, where the staircase sees equals.
/// </summary>
public static class LatencyUtility
{
    /// <summary>The share of the part that falls everywhere.</summary>
    public const double TailShare = 0.1;

    /// <summary>From which answer time on that part falls with the logarithm, in milliseconds.</summary>
    public const double TailKneeMs = 195;

    /// <summary>Where that part is down to 0, in milliseconds; it is negative beyond.</summary>
    public const double TailEndMs = 100_000;

    // An estimate is never sharper than this.
    private const float LeastSpread = 0.002f;
    private const float SpreadOfScatter = 2;
    private const int Stairs = 9;

    private static readonly float TailSlope = (float)(TailShare / Math.Log(1 + (TailEndMs / TailKneeMs)));

    private static readonly float[] Edges = [.. WeightedPolicy.BucketsMs.Select(edge => (float)edge)];
    private static readonly float[] Steps =
        [.. WeightedPolicy.Scores.Select((score, i) => (float)((1 - TailShare) * (score - (i + 1 < WeightedPolicy.Scores.Length ? WeightedPolicy.Scores[i + 1] : 0))))];

    private static readonly Vector512<float>[] EdgeVectors = [.. Edges.Select(edge => Vector512.Create(edge))];
    private static readonly Vector512<float>[] StepVectors = [.. Steps.Select(step => Vector512.Create(step))];

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

        return sum + TailShare - (TailSlope * Math.Log(1 + (latencyMs / TailKneeMs)));
    }

    /// <summary>The published part for a whole vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Score(Vector512<float> latencyMs, Vector512<float> scatterMs)
    {
        var spread = Vector512.Max(
            Vector512.Create(SpreadOfScatter) * scatterMs,
            Vector512.FusedMultiplyAdd(Vector512.Create(LeastSpread), latencyMs, Vector512.Create(1e-3f)));
        var sharpness = Vector512.Create(0.5f) / spread;
        var shift = Vector512.FusedMultiplyAdd(-latencyMs, sharpness, Vector512.Create(0.5f));
        var sum = Vector512<float>.Zero;
        ref var edge = ref MemoryMarshal.GetArrayDataReference(EdgeVectors);
        ref var step = ref MemoryMarshal.GetArrayDataReference(StepVectors);
        for (var i = 0; i < Stairs; i++)
        {
            var share = Vector512.FusedMultiplyAdd(Unsafe.Add(ref edge, i), sharpness, shift);
            sum = Vector512.FusedMultiplyAdd(
                Unsafe.Add(ref step, i), Vector512.MinNative(Vector512.MaxNative(share, Vector512<float>.Zero), Vector512<float>.One), sum);
        }

        return sum;
    }

    /// <summary>The part that falls everywhere, for a whole vector.</summary>
    internal static Vector512<float> Tail(Vector512<float> latencyMs) =>
        Vector512.Create((float)TailShare)
        - (Vector512.Create(TailSlope) * Log(Vector512.FusedMultiplyAdd(latencyMs, Vector512.Create((float)(1 / TailKneeMs)), Vector512<float>.One)));

    // The natural logarithm of numbers from 1 on, to three digits: the exponent, and a cubic that agrees with it at powers of two.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Log(Vector512<float> x)
    {
        var bits = x.AsInt32();
        var exponent = Vector512.ConvertToSingle(Vector512.ShiftRightLogical(bits, 23) - Vector512.Create(127));
        var rest = ((bits & Vector512.Create(0x7FFFFF)) | Vector512.Create(0x3F800000)).AsSingle() - Vector512<float>.One;
        var cubic = Vector512.FusedMultiplyAdd(
            Vector512.FusedMultiplyAdd(Vector512.Create(0.15922006f), rest, Vector512.Create(-0.58208536f)), rest, Vector512.Create(1.4228653f));
        return Vector512.Create(0.6931472f) * Vector512.FusedMultiplyAdd(cubic, rest, exponent);
    }
}
