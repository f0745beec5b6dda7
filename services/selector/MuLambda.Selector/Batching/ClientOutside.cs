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

    private double _handoverMs;
    private double _toldAtMs = double.NegativeInfinity;

    /// <summary>What queues hold to spare.</summary>
    public OutsideTime Time { get; } = new(probability);

    /// <summary>The client told what an earlier request took beyond its time in the selector, in milliseconds.</summary>
    public void Told(double outsideMs)
    {
        Volatile.Write(ref _toldAtMs, time.NowMs());
        Time.Observe(outsideMs + Volatile.Read(ref _handoverMs), isWhole: true);
    }

    /// <summary>An answer waited for a thread after its batch had ended, in milliseconds.</summary>
    public void HandedOver(double waitedMs)
    {
        Volatile.Write(ref _handoverMs, waitedMs);
        if (time.NowMs() - Volatile.Read(ref _toldAtMs) > TellsForMs)
        {
            // The way in cannot be seen from here: the thread that reads a request waits for its turn as the one that writes an answer does.
            Time.Observe(2 * waitedMs);
        }
    }
}
