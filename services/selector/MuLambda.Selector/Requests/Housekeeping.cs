namespace MuLambda.Selector;

/// <summary>Does a work from time to time, for as long as there is some: one timer, which sleeps while nothing is to be done.</summary>
internal sealed class Housekeeping : IDisposable
{
    private readonly Action _work;
    private readonly Func<TimeSpan?> _next;
    private readonly ITimer _timer;
    private int _awake;

    /// <summary>Asleep at first.</summary>
    /// <param name="time">Where timers come from.</param>
    /// <param name="work">Does it; never called twice at a time.</param>
    /// <param name="next">When to come again; null when nothing is left to do.</param>
    public Housekeeping(TimeProvider time, Action work, Func<TimeSpan?> next)
    {
        (_work, _next) = (work, next);
        _timer = time.CreateTimer(static self => ((Housekeeping)self!).Run(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>There is something to do. Cheap while it is awake.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref _awake) == 0 && Interlocked.Exchange(ref _awake, 1) == 0)
        {
            Run();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Run()
    {
        do
        {
            _work();
            if (_next() is { } next)
            {
                _timer.Change(next, Timeout.InfiniteTimeSpan);
                return;
            }

            Interlocked.Exchange(ref _awake, 0);

            // Who came since the last look found it awake and went on.
        }
        while (_next() is not null && Interlocked.Exchange(ref _awake, 1) == 0);
    }
}
