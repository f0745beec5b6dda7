namespace MuLambda.Batching;

/// <summary>What a policy sees of a queue.</summary>
public readonly ref struct BatcherView
{
    private readonly DeadlineOrder _waiting;
    private readonly ReadOnlySpan<BatchInFlight> _inFlight;

    internal BatcherView(
        DeadlineOrder waiting,
        BatchServiceTime service,
        BatcherLimits limits,
        double nowMs,
        ReadOnlySpan<BatchInFlight> inFlight,
        int itemsInFlight,
        bool isOverloaded)
    {
        _waiting = waiting;
        Service = service;
        MaxBatchItems = limits.MaxBatchItems;
        NowMs = nowMs;
        _inFlight = inFlight;
        ItemsInFlight = itemsInFlight;
        IsOverloaded = isOverloaded;
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
    public int BatchesInFlight => _inFlight.Length;

    /// <summary>The examples in these.</summary>
    public int ItemsInFlight { get; }

    /// <summary>When the first of the batches in flight is expected to end, from now, in milliseconds; 0 for one that is late already, or where there is none.</summary>
    public double NextFreeMs
    {
        get
        {
            var nextMs = double.PositiveInfinity;
            foreach (ref readonly var one in _inFlight)
            {
                nextMs = Math.Min(nextMs, Math.Max(0, one.ExpectedEndMs - NowMs));
            }

            return double.IsPositiveInfinity(nextMs) ? 0 : nextMs;
        }
    }

    /// <summary>What the batches in flight are expected to take from now, each times its examples, summed, in milliseconds.</summary>
    public double RemainingItemMs
    {
        get
        {
            var sumMs = 0.0;
            foreach (ref readonly var one in _inFlight)
            {
                sumMs += one.Items * Math.Max(0, one.ExpectedEndMs - NowMs);
            }

            return sumMs;
        }
    }

    /// <summary>The examples that a batch may have.</summary>
    public int MaxBatchItems { get; }

    /// <summary>What batches are known to take.</summary>
    public BatchServiceTime Service { get; }

    /// <summary>
    /// Whether there is too much to do: a request was refused because of its deadline, or for want of a place, no longer ago than it had time until then.
    /// </summary>
    public bool IsOverloaded { get; }

    /// <summary>How likely a request is in time in a batch that leaves now, with what it takes outside; while there is too much to do also with what nobody sees.</summary>
    /// <param name="items">The batch's examples.</param>
    /// <param name="inFlight">The batches at a time, this one included.</param>
    /// <param name="withinMs">The time to the request's deadline, in milliseconds.</param>
    /// <param name="targetMs">What that was when it was queued.</param>
    /// <param name="outside">What is known of the time it takes outside; null for nothing.</param>
    /// <returns>From 0 to 1; 1 while nothing is known.</returns>
    public double ProbabilityInTime(double items, int inFlight, double withinMs, double targetMs, OutsideTime? outside)
    {
        if (!IsOverloaded && outside is not { IsSeen: true })
        {
            return Service.ProbabilityWithin(items, inFlight, withinMs, NowMs);
        }

        var sum = 0.0;
        for (var point = 0; point < OutsideTime.Points; point++)
        {
            sum += Service.ProbabilityWithin(items, inFlight, withinMs - OutsideTime.At(outside, point, targetMs, IsOverloaded), NowMs);
        }

        return sum / OutsideTime.Points;
    }

    /// <summary>The size of batches that answer the most in time for the time they take.</summary>
    /// <param name="most">The largest size.</param>
    /// <param name="inFlight">The batches at a time.</param>
    /// <param name="withinMs">The time that each has, in milliseconds.</param>
    /// <param name="targetMs">What its requests had when they were queued.</param>
    /// <param name="outside">What is known of the time they take outside; null for nothing.</param>
    /// <returns>Examples, at least 1.</returns>
    internal int BestWithin(int most, int inFlight, double withinMs, double targetMs, OutsideTime? outside)
    {
        var (best, bestRate) = (1, 0.0);
        for (var items = 1; items <= most; items = NextSize(items, most))
        {
            var rate = items * ProbabilityInTime(items, inFlight, withinMs, targetMs, outside) / Math.Max(Service.ExpectedMs(items, inFlight, NowMs), 1e-9);
            if (rate > bestRate)
            {
                (best, bestRate) = (items, rate);
            }
        }

        return best;
    }

    /// <summary>The next of the sizes that are compared: a quarter larger, and the largest in any case.</summary>
    internal static int NextSize(int items, int most) => items >= most ? most + 1 : Math.Min(most, Math.Max(items + 1, items * 5 / 4));

    /// <summary>A waiting request, by its place in the order of service.</summary>
    /// <param name="index">The place, from 0.</param>
    public BatchEntry this[int index] => _waiting[index];
}
