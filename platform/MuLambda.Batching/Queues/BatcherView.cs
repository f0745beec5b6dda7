namespace MuLambda.Batching;

/// <summary>What a policy sees of a queue.</summary>
public readonly ref struct BatcherView
{
    private readonly DeadlineOrder _waiting;

    internal BatcherView(DeadlineOrder waiting, BatchServiceTime service, BatcherLimits limits, double nowMs, int batchesInFlight, int itemsInFlight)
    {
        _waiting = waiting;
        Service = service;
        MaxBatchItems = limits.MaxBatchItems;
        NowMs = nowMs;
        BatchesInFlight = batchesInFlight;
        ItemsInFlight = itemsInFlight;
    }

    /// <summary>The time, in the queue's milliseconds.</summary>
    public double NowMs { get; }

    /// <summary>The requests that wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>Their examples.</summary>
    public long Items => _waiting.Items;

    /// <summary>How many of them have the highest priority among them: the first in the order of service.</summary>
    public int LeadingCount => _waiting.Levels.IsEmpty ? 0 : _waiting.Levels[0].Count;

    /// <summary>Batches that have left and are not answered.</summary>
    public int BatchesInFlight { get; }

    /// <summary>The examples in these.</summary>
    public int ItemsInFlight { get; }

    /// <summary>The examples that a batch may have.</summary>
    public int MaxBatchItems { get; }

    /// <summary>What batches are known to take.</summary>
    public BatchServiceTime Service { get; }

    /// <summary>A waiting request, by its place in the order of service.</summary>
    /// <param name="index">The place, from 0.</param>
    public BatchEntry this[int index] => _waiting[index];
}
