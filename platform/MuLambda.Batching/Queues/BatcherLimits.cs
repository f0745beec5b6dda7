namespace MuLambda.Batching;

/// <summary>What a queue takes at most.</summary>
/// <param name="MaxRequests">Requests that wait; more are refused.</param>
/// <param name="MaxBatchItems">Examples in a batch. A request with more than these goes alone.</param>
public sealed record BatcherLimits(int MaxRequests = 1024, int MaxBatchItems = 256)
{
    /// <summary>The most requests that may wait.</summary>
    public int MaxRequests { get; } = MaxRequests > 0
        ? MaxRequests : throw new ArgumentOutOfRangeException(nameof(MaxRequests), MaxRequests, "must be at least 1");

    /// <summary>The most examples in a batch.</summary>
    public int MaxBatchItems { get; } = MaxBatchItems > 0
        ? MaxBatchItems : throw new ArgumentOutOfRangeException(nameof(MaxBatchItems), MaxBatchItems, "must be at least 1");
}
