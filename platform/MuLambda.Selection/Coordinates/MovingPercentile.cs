namespace MuLambda.Selection.Coordinates;

/// <summary>
/// The latency filter of a link: a percentile of its last round trips (Ledlie et al. 2007). A single slow answer, however slow, does not
/// pass; a change of the route does after a few.
/// </summary>
public sealed class MovingPercentile
{
    private readonly double[] _samples;
    private readonly double _percentile;
    private int _count;
    private int _next;

    /// <summary>A filter without a sample.</summary>
    /// <param name="samples">How many it keeps, at least 1.</param>
    /// <param name="percentile">From 0 for the smallest of them to 1 for the largest.</param>
    public MovingPercentile(int samples, double percentile)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(percentile, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percentile, 1);
        _samples = new double[samples];
        _percentile = percentile;
    }

    /// <summary>What the samples come to; NaN before the first.</summary>
    public double Value { get; private set; } = double.NaN;

    /// <summary>Takes a sample.</summary>
    /// <param name="value">The sample; finite.</param>
    /// <returns>What the last samples come to.</returns>
    public double Add(double value)
    {
        _samples[_next] = value;
        _next = (_next + 1) % _samples.Length;
        _count = Math.Min(_count + 1, _samples.Length);
        var rank = (int)Math.Round(_percentile * (_count - 1), MidpointRounding.ToZero);
        return Value = SmallestAt(_samples.AsSpan(0, _count), rank);
    }

    // The samples are so few that counting is faster than sorting, and it leaves them in their order.
    private static double SmallestAt(ReadOnlySpan<double> samples, int rank)
    {
        foreach (var candidate in samples)
        {
            var (below, same) = (0, 0);
            foreach (var other in samples)
            {
                below += other < candidate ? 1 : 0;
                same += other == candidate ? 1 : 0;
            }

            if (below <= rank && rank < below + same)
            {
                return candidate;
            }
        }

        return double.NaN;
    }
}
