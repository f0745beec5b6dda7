namespace MuLambda.Selection;

/// <summary>
/// Leaves an executor out after a failure. When its time is over one request at a time tries it (half-open): an answer
/// lets it back in, a failure doubles the time.
/// </summary>
internal sealed class Circuit(QuarantineOptions options)
{
    private const double Closed = double.NegativeInfinity;

    private readonly Lock _gate = new();
    private double _openUntilMs = Closed;
    private int _failures;
    private int _trial;

    /// <summary>When it may be tried again; negative infinity while it is not left out.</summary>
    public double OpenUntilMs => Volatile.Read(ref _openUntilMs);

    public bool IsOpen => !double.IsNegativeInfinity(OpenUntilMs);

    /// <summary>Whether a request could be assigned now.</summary>
    public bool Admits(double nowMs)
    {
        var openUntilMs = OpenUntilMs;
        return double.IsNegativeInfinity(openUntilMs) || (nowMs >= openUntilMs && Volatile.Read(ref _trial) == 0);
    }

    /// <summary>Lets a request in; false when it is left out or another request is trying it.</summary>
    public bool TryEnter(double nowMs, out bool trial)
    {
        trial = false;
        var openUntilMs = OpenUntilMs;
        if (double.IsNegativeInfinity(openUntilMs))
        {
            return true;
        }

        trial = nowMs >= openUntilMs && Interlocked.CompareExchange(ref _trial, 1, 0) == 0;
        return trial;
    }

    public void Succeed(bool trial)
    {
        if (trial || IsOpen)
        {
            Reset();
        }
    }

    public void Fail(double nowMs, bool trial)
    {
        lock (_gate)
        {
            // The requests that were under way when it broke tell nothing new.
            if (!trial && IsOpen)
            {
                return;
            }

            var backOff = options.First.TotalMilliseconds * Math.Pow(2, Math.Min(_failures, 30));
            _failures++;
            Volatile.Write(ref _openUntilMs, nowMs + Math.Min(backOff, options.Longest.TotalMilliseconds));
            Volatile.Write(ref _trial, 0);
        }
    }

    /// <summary>The request that tried it ended without telling anything of it.</summary>
    public void Abandon(bool trial)
    {
        if (trial)
        {
            Volatile.Write(ref _trial, 0);
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _failures = 0;
            Volatile.Write(ref _openUntilMs, Closed);
            Volatile.Write(ref _trial, 0);
        }
    }
}
