namespace MuLambda.Batching;

/// <summary>
/// <c>fixed</c>: a batch leaves when it is full, or when its first request has waited for the timeout, while a batch thread is free: TensorFlow Serving's
/// <c>max_batch_size</c>, <c>batch_timeout_micros</c> and <c>num_batch_threads</c>.
/// </summary>
/// <param name="maxItems">Examples in a batch.</param>
/// <param name="timeoutMs">How long the first request waits for others, in milliseconds.</param>
/// <param name="maxInFlight">Batches at a time.</param>
public sealed class FixedBatching(int maxItems, double timeoutMs, int maxInFlight) : IBatchPolicy
{
    /// <inheritdoc/>
    public string Name => "fixed";

    /// <inheritdoc/>
    public bool RefusesEarly => false;

    /// <inheritdoc/>
    public int MaxInFlight => maxInFlight;

    /// <inheritdoc/>
    public BatchPlan Plan(in BatcherView queue)
    {
        if (queue.BatchesInFlight >= maxInFlight)
        {
            return BatchPlan.Wait;
        }

        if (queue.Items >= maxItems)
        {
            return BatchPlan.Send(maxItems);
        }

        var oldestMs = double.PositiveInfinity;
        for (var i = 0; i < queue.Count; i++)
        {
            oldestMs = Math.Min(oldestMs, queue[i].EnqueuedMs);
        }

        return oldestMs + timeoutMs <= queue.NowMs ? BatchPlan.Send(maxItems) : BatchPlan.WaitUntil(oldestMs + timeoutMs);
    }

    /// <inheritdoc/>
    public void Completed(in Batch batch, double tookMs, double targetMs)
    {
    }
}
