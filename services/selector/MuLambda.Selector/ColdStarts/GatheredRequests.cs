namespace MuLambda.Selector;

/// <summary>
/// Requests that were released at one moment, to go into queues together: a queue sends nothing of them before all are there, so that what waited leaves in
/// batches, the most urgent first, and not one by one as each thread comes by.
/// </summary>
/// <param name="requests">How many there are.</param>
internal sealed class GatheredRequests(int requests)
{
    private readonly Lock _gate = new();
    private readonly HashSet<ExecutorQueue> _queues = [];
    private int _awaited = requests;

    /// <summary>One of them is in a queue, or will not come: the last one sends what is there.</summary>
    /// <param name="queue">The queue; null for none.</param>
    public void Came(ExecutorQueue? queue)
    {
        lock (_gate)
        {
            if (queue is not null)
            {
                _queues.Add(queue);
            }

            if (--_awaited > 0)
            {
                return;
            }
        }

        foreach (var ready in _queues)
        {
            ready.Wake();
        }
    }
}
