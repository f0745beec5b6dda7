namespace MuLambda.Batching;

/// <summary>A request in a <see cref="Batcher"/>. Whoever queues derives from it, so that queueing allocates nothing of its own.</summary>
/// <param name="items">The examples it carries, at least 1. They are never split over batches.</param>
/// <param name="deadlineMs">When its answer has to be there, in the queue's milliseconds.</param>
/// <param name="priority">The higher goes first, whatever its deadline.</param>
public abstract class BatchEntry(int items, double deadlineMs, int priority = 0)
{
    /// <summary>The examples it carries.</summary>
    public int Items { get; } = items > 0 ? items : throw new ArgumentOutOfRangeException(nameof(items), items, "must be at least 1");

    /// <summary>When its answer has to be there, in the queue's milliseconds.</summary>
    public double DeadlineMs { get; } = deadlineMs;

    /// <summary>The higher goes first, whatever its deadline.</summary>
    public int Priority { get; } = priority;

    /// <summary>What requests such as it take outside of the queue and its executor; null where nothing is known of it.</summary>
    public OutsideTime? Outside { get; init; }

    /// <summary>When it was queued, in the queue's milliseconds.</summary>
    public double EnqueuedMs { get; internal set; }

    /// <summary>Whether it waits in a queue now.</summary>
    public bool IsQueued { get; internal set; }

    // The time to its deadline when it was queued.
    internal double TargetMs => DeadlineMs - EnqueuedMs;

    internal long Sequence { get; set; }

    // The order of service: priority, then the earliest deadline, then who came first.
    internal bool IsBefore(BatchEntry other) =>
        Priority != other.Priority ? Priority > other.Priority
        : DeadlineMs != other.DeadlineMs ? DeadlineMs < other.DeadlineMs
        : Sequence < other.Sequence;
}
