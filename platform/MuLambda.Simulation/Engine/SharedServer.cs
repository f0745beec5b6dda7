namespace MuLambda.Simulation;

/// <summary>
/// A server whose requests share its speed. It keeps how much service each of them has got since it began ("attained service"), which is the
/// same clock for all; a request is done when that clock has advanced by its work.
/// </summary>
internal sealed class SharedServer(int slots)
{
    private readonly PriorityQueue<int, (double AtMs, long Order)> _jobs = new();
    private double _attainedMs;
    private double _lastMs;
    private double _slowdown = 1;
    private long _order;

    /// <summary>Tells the event of the next completion from those that were planned before something changed.</summary>
    public int Epoch { get; private set; }

    public int Count => _jobs.Count;

    public void Add(int job, double workMs, double nowMs)
    {
        Advance(nowMs);
        _jobs.Enqueue(job, (_attainedMs + workMs, _order++));
    }

    public int Take(double nowMs)
    {
        Advance(nowMs);
        return _jobs.Dequeue();
    }

    public void Slow(double slowdown, double nowMs)
    {
        Advance(nowMs);
        _slowdown = slowdown;
    }

    public void Clear() => _jobs.Clear();

    /// <summary>When the next job is done if nothing changes; false where there is none.</summary>
    public bool TryNext(double nowMs, out double atMs)
    {
        Epoch++;
        if (!_jobs.TryPeek(out _, out var first))
        {
            atMs = 0;
            return false;
        }

        atMs = nowMs + (Math.Max(0, first.AtMs - _attainedMs) / Speed);
        return true;
    }

    private double Speed => Math.Min(1, slots / (double)Math.Max(1, _jobs.Count)) / _slowdown;

    private void Advance(double nowMs)
    {
        _attainedMs += (nowMs - _lastMs) * Speed;
        _lastMs = nowMs;
    }
}
