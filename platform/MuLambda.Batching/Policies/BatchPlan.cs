namespace MuLambda.Batching;

/// <summary>What a policy wants done: a batch now, or to be asked again later.</summary>
/// <param name="Start">The place in the order of service of the batch's first request.</param>
/// <param name="MaxItems">Examples that the batch may have; its first request goes in any case. 0 for no batch now.</param>
/// <param name="WakeMs">When to ask again if nothing happens before, in the queue's milliseconds; infinite where only an event changes the answer.</param>
/// <param name="MaxRequests">Requests that the batch may have.</param>
public readonly record struct BatchPlan(int Start, int MaxItems, double WakeMs, int MaxRequests = int.MaxValue)
{
    /// <summary>Nothing before something happens.</summary>
    public static BatchPlan Wait { get; } = new(0, 0, double.PositiveInfinity);

    /// <summary>Nothing before a time.</summary>
    /// <param name="timeMs">The time, in the queue's milliseconds.</param>
    public static BatchPlan WaitUntil(double timeMs) => new(0, 0, timeMs);

    /// <summary>A batch now.</summary>
    /// <param name="maxItems">Examples that it may have.</param>
    /// <param name="start">The place of its first request.</param>
    public static BatchPlan Send(int maxItems, int start = 0) => new(start, maxItems, double.PositiveInfinity);
}
