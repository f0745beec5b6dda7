using MuLambda.Batching;

namespace MuLambda.Selector;

/// <summary>
/// What a client's requests take outside of queues and executors: as the client tells it (<see cref="Timing.OutsideReport"/>), or else by what this process
/// can see. Thread-safe.
/// </summary>
internal sealed class ClientOutside(double probability, TimeProvider time)
{
    // For so long after a report the client is one that tells, and what is seen from here is a part of what it tells.
    private const double TellsForMs = 60_000;

    // Of those that come together one counts: a pause of the machine delays hundreds at once, and says no more than one of them does of what comes next.
    private const double LeastBetweenMs = 3;

    private double _observedAtMs = double.NegativeInfinity;
    private double _handoverMs;
    private double _toldAtMs = double.NegativeInfinity;

    /// <summary>What queues hold to spare.</summary>
    public OutsideTime Time { get; } = new(probability);

    /// <summary>The client told what an earlier request took beyond its time in the selector, in milliseconds.</summary>
    public void Told(double outsideMs)
    {
        var nowMs = time.NowMs();
        Volatile.Write(ref _toldAtMs, nowMs);
        if (IsDue(nowMs))
        {
            Time.Observe(outsideMs + Volatile.Read(ref _handoverMs), isWhole: true);
        }
    }

    /// <summary>An answer waited for a thread after its batch had ended, in milliseconds.</summary>
    public void HandedOver(double waitedMs)
    {
        Volatile.Write(ref _handoverMs, waitedMs);
        var nowMs = time.NowMs();
        if (nowMs - Volatile.Read(ref _toldAtMs) > TellsForMs && IsDue(nowMs))
        {
            // The way in cannot be seen from here: the thread that reads a request waits for its turn as the one that writes an answer does.
            Time.Observe(2 * waitedMs);
        }
    }

    private bool IsDue(double nowMs)
    {
        if (nowMs - Volatile.Read(ref _observedAtMs) < LeastBetweenMs)
        {
            return false;
        }

        Volatile.Write(ref _observedAtMs, nowMs);
        return true;
    }
}
