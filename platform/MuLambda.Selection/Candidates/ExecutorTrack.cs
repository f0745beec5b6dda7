using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// What the selector itself knows of an executor: the requests it has in flight there, whether it is left out after a failure,
/// the network's share of its calls. It lives across snapshots, from the executor's first appearance to its disappearance.
/// </summary>
public sealed class ExecutorTrack
{
    private long _inFlight;
    private long _itemsInFlight;

    internal ExecutorTrack(string id, QuarantineOptions quarantine)
    {
        Id = id;
        Circuit = new Circuit(quarantine);
    }

    /// <summary>The executor's id.</summary>
    public string Id { get; }

    /// <summary>Requests assigned and not answered yet.</summary>
    public long InFlight => Volatile.Read(ref _inFlight);

    /// <summary>The examples those requests carry together.</summary>
    public long ItemsInFlight => Volatile.Read(ref _itemsInFlight);

    /// <summary>Whether it is left out after a failure, or on trial after having been.</summary>
    public bool IsQuarantined => Circuit.IsOpen;

    /// <summary>The network's share of calls to it, inferred.</summary>
    public RoundTripEstimator RoundTrip { get; } = new();

    internal Circuit Circuit { get; }

    internal bool TryAssign(int items, double nowMs, out bool trial, out long requestsAhead, out long itemsAhead)
    {
        if (!Circuit.TryEnter(nowMs, out trial))
        {
            requestsAhead = itemsAhead = 0;
            return false;
        }

        requestsAhead = Interlocked.Increment(ref _inFlight) - 1;
        itemsAhead = Interlocked.Add(ref _itemsInFlight, items) - items;
        return true;
    }

    internal void Release(int items)
    {
        Interlocked.Decrement(ref _inFlight);
        Interlocked.Add(ref _itemsInFlight, -items);
    }

    /// <summary>A new registration, or readiness regained, ends the quarantine.</summary>
    internal void Follow(Executor? before, Executor now)
    {
        if (now.State == ExecutorState.Ready
            && (before is null || before.State != ExecutorState.Ready || before.Endpoints != now.Endpoints))
        {
            Circuit.Reset();
        }
    }
}
