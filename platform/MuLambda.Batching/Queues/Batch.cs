namespace MuLambda.Batching;

/// <summary>A batch that left a queue.</summary>
/// <param name="Number">Its number in the queue, from 1; 0 where none left.</param>
/// <param name="Requests">The requests in it.</param>
/// <param name="Items">Their examples together.</param>
/// <param name="StartedMs">When it left, in the queue's milliseconds.</param>
/// <param name="InFlight">The batches in flight then, this one included.</param>
public readonly record struct Batch(long Number, int Requests, int Items, double StartedMs, int InFlight)
{
    /// <summary>Whether there is one.</summary>
    public bool Exists => Number > 0;
}
