namespace MuLambda.Selection;

/// <summary>
/// The network's share of calls to an executor, where nobody measured it: the smallest recent difference between what a
/// call took and what the executor says a prediction takes. The smallest, because queueing only ever adds; recent, because the floor
/// rises slowly, by an eighth of the difference per answer.
/// </summary>
public sealed class RoundTripEstimator
{
    private const double Rise = 0.125;

    private double _currentMs = double.NaN;

    /// <summary>Milliseconds; <see cref="double.NaN"/> before the first observation.</summary>
    public double CurrentMs => Volatile.Read(ref _currentMs);

    /// <summary>Takes a call in.</summary>
    /// <param name="elapsedMs">What the call took, in milliseconds.</param>
    /// <param name="serviceMs">What the executor reports for a prediction, in milliseconds.</param>
    public void Observe(double elapsedMs, double serviceMs)
    {
        var difference = Math.Max(0, elapsedMs - serviceMs);
        double seen, next;
        do
        {
            seen = Volatile.Read(ref _currentMs);
            next = double.IsNaN(seen) || difference < seen ? difference : seen + (Rise * (difference - seen));
        }
        while (BitConverter.DoubleToInt64Bits(Interlocked.CompareExchange(ref _currentMs, next, seen))
            != BitConverter.DoubleToInt64Bits(seen));
    }
}
