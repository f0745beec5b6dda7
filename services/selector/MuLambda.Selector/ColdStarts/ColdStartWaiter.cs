namespace MuLambda.Selector;

/// <summary>A request that waits for the first replica of a model.</summary>
/// <param name="priority">The higher goes first.</param>
/// <param name="deadlineMs">When its time is over, in milliseconds of the queues' clock.</param>
/// <param name="bytes">Its inputs.</param>
internal sealed class ColdStartWaiter(int priority, double deadlineMs, long bytes) : IComparable<ColdStartWaiter>
{
    // Whoever waits goes on by itself: the feed's thread has others to release.
    private readonly TaskCompletionSource<GatheredRequest?> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Bytes { get; } = bytes;

    /// <summary>Its place among those that were released together; null where the model is not waited for any more.</summary>
    public Task<GatheredRequest?> Task => _over.Task;

    private int Priority { get; } = priority;

    private double DeadlineMs { get; } = deadlineMs;

    public void Release(GatheredRequest? place) => _over.TrySetResult(place);

    public void Refuse(RequestException problem) => _over.TrySetException(problem);

    /// <summary>Whether another one has to give way to it where there is no room for both.</summary>
    public bool OutranksOnArrival(ColdStartWaiter other) => Priority > other.Priority;

    /// <summary>Who is served first: the higher priority, then the earlier deadline.</summary>
    public int CompareTo(ColdStartWaiter? other) =>
        other is null ? -1 : Priority != other.Priority ? other.Priority.CompareTo(Priority) : DeadlineMs.CompareTo(other.DeadlineMs);
}
