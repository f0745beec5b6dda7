namespace MuLambda.Prober.Probes;

/// <summary>What a window of round trips comes to.</summary>
/// <param name="MedianMs">The median, in milliseconds.</param>
/// <param name="TailMs">The 95th percentile, in milliseconds.</param>
/// <param name="Samples">The round trips it rests on.</param>
internal readonly record struct LatencySummary(double MedianMs, double TailMs, int Samples)
{
    private const double Tail = 0.95;

    /// <summary>Sums up round trips in any order.</summary>
    /// <param name="milliseconds">At least one round trip.</param>
    /// <returns>The median (the mean of the two in the middle where their number is even) and the smallest sample
    /// that at least 95 % of all do not exceed.</returns>
    /// <exception cref="ArgumentException">There is no sample.</exception>
    public static LatencySummary Of(ReadOnlySpan<double> milliseconds)
    {
        if (milliseconds.IsEmpty)
        {
            throw new ArgumentException("There is no sample to sum up.", nameof(milliseconds));
        }

        var sorted = milliseconds.ToArray();
        Array.Sort(sorted);
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;

        // Rounding first: 0.95 * 20 is a little more than 19 in binary.
        var rank = (int)Math.Ceiling(Math.Round(Tail * sorted.Length, 9));
        return new LatencySummary(median, sorted[rank - 1], sorted.Length);
    }
}
