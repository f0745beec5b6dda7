namespace MuLambda.Simulation;

/// <summary>The time that selectors see: that of the event being simulated.</summary>
internal sealed class VirtualTime(EventQueue queue) : TimeProvider
{
    /// <summary>What runs call their begin.</summary>
    public static readonly DateTimeOffset Begin = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A microsecond is a thousandth of the shortest time anything here takes; nanoseconds cost no more.
    private const double TicksPerMs = 1e6;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => (long)(queue.NowMs * TicksPerMs);

    public override DateTimeOffset GetUtcNow() => Begin.AddMilliseconds(queue.NowMs);
}
