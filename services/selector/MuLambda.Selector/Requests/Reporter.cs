namespace MuLambda.Selector;

/// <summary>A client that tells how its requests ended: whether it still does.</summary>
internal sealed class Reporter
{
    // A share that five silent requests in a row halve.
    private const double Step = 1.0 / 8;

    private readonly Lock _gate = new();
    private double _share = 1;

    /// <summary>Whether the end of its next request is expected to be told.</summary>
    public bool IsExpected => Volatile.Read(ref _share) >= 0.5;

    /// <summary>When it last told something, in milliseconds of the log's clock.</summary>
    public double LastMs { get; private set; }

    public void Told(double nowMs)
    {
        lock (_gate)
        {
            _share += Step * (1 - _share);
            LastMs = nowMs;
        }
    }

    /// <summary>The end of a request was expected and not told in time.</summary>
    public void Missed()
    {
        lock (_gate)
        {
            _share -= Step * _share;
        }
    }
}
