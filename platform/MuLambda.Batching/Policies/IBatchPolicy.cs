namespace MuLambda.Batching;

/// <summary>Decides when a batch leaves a queue and what is in it. One object serves one queue; its calls do not overlap.</summary>
public interface IBatchPolicy
{
    /// <summary>The name it is configured by.</summary>
    string Name { get; }

    /// <summary>
    /// Whether requests that will miss their deadline are refused as soon as that is expected. Otherwise they are when it has passed.
    /// </summary>
    bool RefusesEarly { get; }

    /// <summary>Batches at a time, at most.</summary>
    int MaxInFlight { get; }

    /// <summary>Decides. Asked again after every batch, until it wants to wait.</summary>
    /// <param name="queue">The queue; at least one request waits.</param>
    /// <returns>What to do.</returns>
    BatchPlan Plan(in BatcherView queue);

    /// <summary>A batch was answered.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="tookMs">From its start to its answer, in milliseconds.</param>
    /// <param name="targetMs">What its requests had from being queued to their deadline, the least of them, in milliseconds.</param>
    void Completed(in Batch batch, double tookMs, double targetMs);
}
