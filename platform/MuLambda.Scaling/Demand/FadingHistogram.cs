namespace MuLambda.Scaling;

/// <summary>Counts of values in four bins to a doubling, in which old values fade.</summary>
internal sealed class FadingHistogram
{
    private const int PerDoubling = 4;
    private const int Doublings = 32;

    // 2 to the power of -12 to 20; the first bin is what is less, and counts as 0.
    private const int Offset = 12 * PerDoubling;

    private readonly double[] _bins = new double[PerDoubling * Doublings];

    /// <summary>The values, faded.</summary>
    public double Total { get; private set; }

    /// <summary>Counts a value.</summary>
    /// <param name="value">The value, at least 0.</param>
    /// <param name="kept">What is left of those before.</param>
    public void Add(double value, double kept)
    {
        foreach (ref var bin in _bins.AsSpan())
        {
            bin *= kept;
        }

        Total = (Total * kept) + 1;
        _bins[value > 0 ? Math.Clamp((int)Math.Round(PerDoubling * Math.Log2(value)) + Offset, 0, _bins.Length - 1) : 0]++;
    }

    /// <summary>The smallest value that no more than the rest exceeds.</summary>
    /// <param name="share">The share of values that is not above it.</param>
    /// <param name="zeros">Values of 0 that are supposed to have come before.</param>
    /// <returns>The value; null where there are none.</returns>
    public double? Quantile(double share, double zeros)
    {
        if (Total <= 0)
        {
            return null;
        }

        var above = (1 - share) * (Total + zeros);
        var seen = 0.0;
        for (var i = _bins.Length - 1; i > 0; i--)
        {
            seen += _bins[i];
            if (seen > above)
            {
                return Math.Pow(2, (double)(i - Offset) / PerDoubling);
            }
        }

        return 0;
    }
}
