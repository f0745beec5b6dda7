namespace MuLambda.Selector;

/// <summary>One of several requests that go into queues together.</summary>
internal sealed class GatheredRequest(GatheredRequests all)
{
    private int _came;

    /// <summary>It waits in a queue, which sends it once the others are there. What comes after that, such as its other parts, is sent at once.</summary>
    public void Queued(ExecutorQueue queue)
    {
        if (Interlocked.Exchange(ref _came, 1) == 0)
        {
            all.Came(queue);
        }
        else
        {
            queue.Wake();
        }
    }

    /// <summary>It goes another way, or has ended: the others need not wait for it. Does nothing where it came before.</summary>
    public void Leave()
    {
        if (Interlocked.Exchange(ref _came, 1) == 0)
        {
            all.Came(null);
        }
    }
}
