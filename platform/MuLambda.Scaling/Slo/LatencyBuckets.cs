using MuLambda.Catalog;

namespace MuLambda.Scaling;

/// <summary>
/// The buckets of <see cref="LatencyCounts"/>. Each doubling from 1/32 ms on is divided into 32 of equal width, so a bucket's middle is within 1/64
/// (1.6 %) of all that is in it, from 1/32 ms to 70 minutes.
/// </summary>
public static class LatencyBuckets
{
    /// <summary>How many there are.</summary>
    public const int Count = CatalogLimits.LatencyBuckets;

    /// <summary>The largest relative error of <see cref="MiddleMs"/>, between the first and the last bucket.</summary>
    public const double RelativeError = 1.0 / 64;

    /// <summary>Where the second bucket begins, in milliseconds.</summary>
    public const double SmallestMs = 1.0 / 32;

    /// <summary>Where the last bucket begins, in milliseconds.</summary>
    public const double LargestMs = 1L << 22;

    // The exponent and the first five bits of the mantissa of a double are its doubling and its place in it.
    private const int Shift = 52 - 5;
    private static readonly long Offset = (BitConverter.DoubleToInt64Bits(SmallestMs) >> Shift) - 1;

    /// <summary>The bucket of a latency.</summary>
    /// <param name="latencyMs">The latency, in milliseconds.</param>
    /// <returns>Its index; the first where it is no number.</returns>
    public static int IndexOf(double latencyMs) =>
        !(latencyMs >= SmallestMs) ? 0
        : latencyMs >= LargestMs ? Count - 1
        : (int)((BitConverter.DoubleToInt64Bits(latencyMs) >> Shift) - Offset);

    /// <summary>What stands for all that a bucket holds.</summary>
    /// <param name="index">The bucket.</param>
    /// <returns>Its middle, in milliseconds; of the last its beginning.</returns>
    public static double MiddleMs(int index) =>
        index == 0 ? SmallestMs / 2
        : index == Count - 1 ? LargestMs
        : (LowerMs(index) + LowerMs(index + 1)) / 2;

    private static double LowerMs(int index) => BitConverter.Int64BitsToDouble((index + Offset) << Shift);
}
