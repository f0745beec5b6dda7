using System.Runtime.InteropServices;

namespace MuLambda.Batching;

/// <summary>
/// The requests that wait for one executor, with inputs that go into one batch, and the batches in flight there. Bounded; earliest deadline first among equal
/// priority; a request that cannot be answered in time is refused as soon as that is known.
/// </summary>
/// <remarks>A state machine: time comes in with every call, nothing goes out but what is returned. Not for concurrent use.</remarks>
public sealed class Batcher
{
    // More likely too late than not: it would only keep others waiting.
    private const double LeastChance = 0.5;

    private readonly DeadlineOrder _waiting = new();
    private readonly IBatchPolicy _policy;
    private readonly List<BatchInFlight> _inFlight = [];
    private long _sequence;
    private long _batches;
    private int _itemsInFlight;
    private double _overloadedUntilMs = double.NegativeInfinity;

    /// <summary>An empty queue.</summary>
    /// <param name="policy">Decides when batches leave; of this queue alone.</param>
    /// <param name="limits">What it takes at most.</param>
    /// <param name="probability">How likely a request that is taken in shall be answered in time, above 0 and below 1.</param>
    public Batcher(IBatchPolicy policy, BatcherLimits limits, double probability = 0.99)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(limits);
        _policy = policy;
        Limits = limits;
        Service = new BatchServiceTime(probability);
    }

    /// <summary>What it takes at most.</summary>
    public BatcherLimits Limits { get; }

    /// <summary>What batches are known to take.</summary>
    public BatchServiceTime Service { get; }

    /// <summary>Requests that wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>Their examples.</summary>
    public long Items => _waiting.Items;

    /// <summary>Batches in flight.</summary>
    public int BatchesInFlight => _inFlight.Count;

    /// <summary>Asks for a place. Another request may lose its own for it.</summary>
    /// <param name="entry">The request.</param>
    /// <param name="nowMs">The time.</param>
    /// <returns>Whether it waits now.</returns>
    public Admission TryEnqueue(BatchEntry entry, double nowMs)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.DeadlineMs <= nowMs)
        {
            return new Admission(AdmissionOutcome.TooLate, 1);
        }

        // The last in the order of service, which has the most time to be answered elsewhere.
        var displaced = _waiting.Count >= Limits.MaxRequests ? _waiting[_waiting.Count - 1] : null;
        if (displaced is not null && displaced.Priority >= entry.Priority)
        {
            Overloaded(entry.DeadlineMs - nowMs, nowMs);
            return new Admission(AdmissionOutcome.Full, Math.Max(1, WaitMs(entry.Items, nowMs, entry.DeadlineMs, entry.Priority)));
        }

        // An idle executor is given a chance in any case: what is believed of it may be out of date.
        if (_policy.RefusesEarly && _inFlight.Count > 0 && Service.KnowsAnything)
        {
            var waitMs = WaitMs(entry.Items, nowMs, entry.DeadlineMs, entry.Priority, entry.Outside, out var inTime);
            if (inTime < LeastChance)
            {
                Overloaded(entry.DeadlineMs - nowMs, nowMs);
                displaced = MakesRoomFor(entry, nowMs);
                if (displaced is null)
                {
                    return new Admission(AdmissionOutcome.TooLate, Math.Max(1, waitMs));
                }
            }
        }

        if (displaced is not null)
        {
            Remove(displaced);
        }

        entry.Sequence = ++_sequence;
        entry.EnqueuedMs = nowMs;
        entry.IsQueued = true;
        _waiting.Add(entry);
        return new Admission(AdmissionOutcome.Queued, 0, displaced);
    }

    /// <summary>Takes a request out that is not wanted any more.</summary>
    /// <param name="entry">The request.</param>
    /// <returns>False where it does not wait here.</returns>
    public bool Remove(BatchEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (!entry.IsQueued || !_waiting.Remove(entry))
        {
            return false;
        }

        entry.IsQueued = false;
        return true;
    }

    /// <summary>Takes out the next batch, if one may leave now. To be called until there is none, after everything that happens and at the time it asks for.</summary>
    /// <param name="nowMs">The time.</param>
    /// <param name="requests">Takes the requests of the batch.</param>
    /// <param name="refused">Takes the requests that can no longer be answered in time.</param>
    /// <param name="wakeMs">Without a batch, the time to call again if nothing happens before; infinite for none.</param>
    /// <returns>The batch.</returns>
    public Batch Take(double nowMs, List<BatchEntry> requests, List<BatchEntry> refused, out double wakeMs)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(refused);
        Refuse(nowMs, refused);
        wakeMs = double.PositiveInfinity;
        if (_waiting.Count == 0)
        {
            return default;
        }

        var plan = _policy.Plan(View(nowMs));
        if (plan.MaxItems <= 0)
        {
            wakeMs = Math.Min(plan.WakeMs, EarliestDeadlineMs());
            return default;
        }

        var (count, items, targetMs) = (0, 0, double.PositiveInfinity);
        var most = Math.Min(plan.MaxItems, Limits.MaxBatchItems);
        while (plan.Start + count < _waiting.Count && count < plan.MaxRequests)
        {
            var entry = _waiting[plan.Start + count];
            if (count > 0 && (long)items + entry.Items > most)
            {
                break;
            }

            entry.IsQueued = false;
            requests.Add(entry);
            items += entry.Items;
            targetMs = Math.Min(targetMs, entry.TargetMs);
            count++;
        }

        _waiting.RemoveRange(plan.Start, count);
        var inFlight = _inFlight.Count + 1;
        var batch = new Batch(++_batches, count, items, nowMs, inFlight);
        _inFlight.Add(new BatchInFlight(batch.Number, items, nowMs + Service.ExpectedMs(items, inFlight, nowMs), targetMs));
        _itemsInFlight += items;
        return batch;
    }

    /// <summary>A batch is over.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="nowMs">The time.</param>
    /// <param name="answered">Whether it was answered: only then it teaches what batches take.</param>
    public void Complete(in Batch batch, double nowMs, bool answered)
    {
        // They are in the order in which they left.
        var at = IndexOf(batch.Number);
        if (at < 0)
        {
            return;
        }

        var targetMs = _inFlight[at].TargetMs;
        var together = (batch.InFlight + _inFlight.Count + 1) / 2;
        _inFlight.RemoveAt(at);
        _itemsInFlight -= batch.Items;
        if (answered)
        {
            var tookMs = nowMs - batch.StartedMs;
            Service.Observe(batch.Items, Math.Max(1, together), tookMs, nowMs);
            _policy.Completed(batch, tookMs, targetMs);
        }
    }

    /// <summary>How long a request that came now would wait until its batch leaves.</summary>
    /// <param name="items">Its examples.</param>
    /// <param name="nowMs">The time.</param>
    /// <param name="deadlineMs">Its deadline; infinite for none.</param>
    /// <param name="priority">Its priority: it does not wait for those of lower ones.</param>
    /// <returns>Milliseconds, in the mean; 0 while nothing is known.</returns>
    public double WaitMs(int items, double nowMs, double deadlineMs = double.PositiveInfinity, int priority = int.MinValue) =>
        WaitMs(items, nowMs, deadlineMs, priority, outside: null, out _);

    // The same, and how likely it would be in time, if the batches until then are the ones that the policy would send.
    private double WaitMs(int items, double nowMs, double deadlineMs, int priority, OutsideTime? outside, out double inTime)
    {
        var view = View(nowMs);
        var targetMs = deadlineMs - nowMs;
        var ahead = _waiting.ItemsFrom(priority);
        var freeMs = FreeMs(ahead + items, nowMs, out var places);
        var most = view.BestWithin((int)Math.Min(Limits.MaxBatchItems, ahead + items), places, targetMs - freeMs, targetMs, outside);

        // It may go with those ahead, unless they fill more than a batch.
        var rounds = ahead == 0 ? 0 : (ahead + items - 1) / most / places;
        var waitMs = freeMs + (rounds * Service.ExpectedMs(most, places, nowMs));
        var with = Math.Max(items, Math.Min(most, (ahead + items + places - 1) / places));
        inTime = view.ProbabilityInTime(with, places, targetMs - waitMs, targetMs, outside);
        return waitMs;
    }

    // When there is a place for one more batch: when the first of those in flight is answered; one that is late already may be so at any moment.
    private double FreeMs(long items, double nowMs, out int places)
    {
        places = Service.BestInFlight(_itemsInFlight + items, _policy.MaxInFlight, nowMs);
        return _inFlight.Count < places ? 0 : View(nowMs).NextFreeMs;
    }

    // Where not all can be answered in time, those that came last have the most time to spare: of its priority the one that is due first goes instead. (What
    // has a lower one is not ahead of it, and what has a higher one gives way to nobody.)
    private BatchEntry? MakesRoomFor(BatchEntry entry, double nowMs)
    {
        var targetMs = entry.DeadlineMs - nowMs;
        return _waiting.FirstOf(entry.Priority) is { } first && first.DeadlineMs < entry.DeadlineMs
            && View(nowMs).ProbabilityInTime(entry.Items, 1, targetMs - FreeMs(_waiting.Items + entry.Items, nowMs, out _), targetMs, entry.Outside) >= LeastChance
            ? first
            : null;
    }

    // The first of each priority: in its part of the order none is due before it.
    private double EarliestDeadlineMs()
    {
        var (earliestMs, at) = (double.PositiveInfinity, 0);
        foreach (ref readonly var level in _waiting.Levels)
        {
            earliestMs = Math.Min(earliestMs, _waiting[at].DeadlineMs);
            at += level.Count;
        }

        return earliestMs;
    }

    private void Refuse(double nowMs, List<BatchEntry> refused)
    {
        // Of each priority: those behind higher ones must not wait past their deadline either.
        var (at, level) = (0, 0);
        while (level < _waiting.Levels.Length)
        {
            var first = _waiting[at];
            if (!IsHopeless(first, nowMs))
            {
                at += _waiting.Levels[level++].Count;
                continue;
            }

            // When it was the only one of its priority, the next level comes to this place.
            _waiting.RemoveRange(at, 1);
            first.IsQueued = false;
            Overloaded(first.TargetMs, nowMs);
            refused.Add(first);
        }
    }

    private bool IsHopeless(BatchEntry entry, double nowMs) =>
        entry.DeadlineMs <= nowMs
        || (_policy.RefusesEarly && _inFlight.Count > 0
            && View(nowMs).ProbabilityInTime(
                entry.Items, 1, entry.DeadlineMs - nowMs - FreeMs(_waiting.Items, nowMs, out _), entry.TargetMs, entry.Outside) < LeastChance);

    private int IndexOf(long number)
    {
        var (low, high) = (0, _inFlight.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_inFlight[middle].Number == number)
            {
                return middle;
            }

            (low, high) = _inFlight[middle].Number < number ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    // Until a request that came now, with as much time as the one that was refused, is over.
    private void Overloaded(double targetMs, double nowMs)
    {
        if (double.IsFinite(targetMs))
        {
            _overloadedUntilMs = Math.Max(_overloadedUntilMs, nowMs + targetMs);
        }
    }

    private BatcherView View(double nowMs) =>
        new(_waiting, Service, Limits, nowMs, CollectionsMarshal.AsSpan(_inFlight), _itemsInFlight, nowMs < _overloadedUntilMs);
}
