namespace MuLambda.Prober.Probes;

/// <summary>The last round trips to one client. Safe for one writer and any number of readers.</summary>
/// <param name="capacity">How many are kept.</param>
internal sealed class LatencyWindow(int capacity)
{
    private readonly Lock _lock = new();
    private readonly double[] _samples = new double[capacity];
    private long _count;
    private DateTimeOffset _measuredAt;

    public void Add(double milliseconds, DateTimeOffset measuredAt)
    {
        lock (_lock)
        {
            _samples[_count % _samples.Length] = milliseconds;
            _count++;
            _measuredAt = measuredAt;
        }
    }

    /// <summary>The summary and when the last sample was taken; null before the first.</summary>
    public (LatencySummary Summary, DateTimeOffset MeasuredAt)? Summarise()
    {
        lock (_lock)
        {
            return _count == 0
                ? null
                : (LatencySummary.Of(_samples.AsSpan(0, (int)Math.Min(_count, _samples.Length))), _measuredAt);
        }
    }
}
