namespace MuLambda.Batching;

/// <summary>
/// <c>adaptive</c>, the default: work-conserving. An executor with a free place gets what is there at once; while it has none, what comes gathers. So batches are
/// as large as the load makes them and nobody waits for a timer.
/// </summary>
/// <remarks>
/// <para><b>How many at a time.</b> As many as finish what is there (waiting and running) first, when it is divided evenly among them, by what batches of
/// that size and number were seen to take: more where the executor runs them side by side, one where a batch costs mostly a fixed part. And one more where
/// requests are then answered sooner in the mean than if what waits waited for the first batch to end, by what it takes beside the others and costs them.</para>
/// <para><b>How large.</b> An even part of what is there, but no more than is answered before its earliest deadline with the wanted probability, as long as
/// all that wait can be answered in time with batches of that size.</para>
/// <para><b>When there is too much.</b> First-come requests about to miss their deadline make batches small, and small batches make everyone late: goodput
/// collapses. Then the batch is the one that answers the most requests in time for the time it takes, and may begin further back (early drop; Nexus, Shen et
/// al., SOSP 2019). Those before it are refused when they can hardly be answered any more. There is too much as long as requests are refused; meanwhile more
/// will come, so that all that wait could be answered in time says nothing, and of two batches the one with more time to spare is better.</para>
/// </remarks>
/// <param name="maxInFlight">The most batches at a time.</param>
public sealed class AdaptiveBatching(int maxInFlight = BatchServiceTime.MostInFlight) : IBatchPolicy
{
    // Of a long queue so many places to begin at are compared, and one further back must be better by this.
    private const int MostStarts = 16;
    private const double WorthSkipping = 1.05;

    // And a batch beside the others must be answered so much sooner, as its clients see it: what waits goes together with what comes meanwhile.
    private const double WorthLeaving = 0.9;

    /// <inheritdoc/>
    public string Name => "adaptive";

    /// <inheritdoc/>
    public bool RefusesEarly => true;

    /// <inheritdoc/>
    public int MaxInFlight => maxInFlight;

    /// <inheritdoc/>
    public BatchPlan Plan(in BatcherView queue)
    {
        var service = queue.Service;
        var present = queue.Items + queue.ItemsInFlight;
        var places = service.InFlightToTry(present, maxInFlight, queue.IsOverloaded);
        if (queue.BatchesInFlight >= places)
        {
            if (queue.IsOverloaded || queue.BatchesInFlight >= maxInFlight || !IsSoonerNow(queue))
            {
                return BatchPlan.Wait;
            }

            places = queue.BatchesInFlight + 1;
        }

        var inFlight = queue.BatchesInFlight + 1;
        var even = (int)Math.Min(
            Math.Min(queue.MaxBatchItems, Math.Max(1, 2 * service.LargestSeen)), Math.Max(1, (present + places - 1) / places));
        var safe = Math.Min(even, service.LargestWithin(queue[0].DeadlineMs - queue.NowMs - OutsideTime.MostMs(queue[0]), inFlight, queue.NowMs));
        if (safe > 0 && !queue.IsOverloaded && AllInTime(queue, safe, places))
        {
            return BatchPlan.Send(safe);
        }

        var (start, size, worth) = (0, 1, 0.0);
        Improve(queue, 0, even, inFlight, 1, ref start, ref size, ref worth);
        if (queue.IsOverloaded || !AllInTime(queue, size, places))
        {
            // Never beyond those of the highest priority: a lower one is not answered in their place.
            var step = Math.Max(1, queue.LeadingCount / MostStarts);
            for (var i = step; i < queue.LeadingCount; i += step)
            {
                Improve(queue, i, even, inFlight, WorthSkipping, ref start, ref size, ref worth);
            }
        }

        return BatchPlan.Send(size, start);
    }

    /// <inheritdoc/>
    public void Completed(in Batch batch, double tookMs, double targetMs)
    {
    }

    // Whether requests, those in flight included, are answered sooner in the mean when what waits leaves now, beside what is in flight, than when it waits for
    // the first of that to end.
    private static bool IsSoonerNow(in BatcherView queue)
    {
        var (service, inFlight) = (queue.Service, queue.BatchesInFlight);
        var waiting = (double)Math.Min(queue.Items, queue.MaxBatchItems);
        var size = (double)queue.ItemsInFlight / inFlight;
        var slower = service.ExpectedMs(size, inFlight + 1, queue.NowMs) / Math.Max(service.ExpectedMs(size, inFlight, queue.NowMs), 1e-9);
        var nowMs = (waiting * service.ExpectedMs(waiting, inFlight + 1, queue.NowMs)) + (queue.RemainingItemMs * Math.Max(0, slower - 1));
        var laterMs = waiting * (queue.NextFreeMs + service.ExpectedMs(waiting, inFlight, queue.NowMs));
        var outsideMs = waiting * OutsideTime.MedianMs(queue[0]);
        return nowMs + outsideMs < WorthLeaving * (laterMs + outsideMs);
    }

    // Requests answered in time, for the time it takes, by batches of several sizes that begin at a place.
    private static void Improve(
        in BatcherView queue, int from, int even, int inFlight, double factor, ref int start, ref int size, ref double worth)
    {
        var most = (int)Math.Min(even, queue.Items);
        var (last, held) = (from - 1, 0);
        for (var items = 1; items <= most; items = BatcherView.NextSize(items, most))
        {
            // The first goes in any case, however large it is.
            var before = last;
            while (last + 1 < queue.Count && (last < from || held + queue[last + 1].Items <= items))
            {
                held += queue[++last].Items;
            }

            if (last == before)
            {
                continue;
            }

            var (firstMs, lastMs) = (queue[from].DeadlineMs - queue.NowMs, queue[last].DeadlineMs - queue.NowMs);
            var takesMs = Math.Max(queue.Service.ExpectedMs(held, inFlight, queue.NowMs), 1e-9);
            var inTime = (queue.ProbabilityInTime(held, inFlight, firstMs, queue[from].TargetMs, queue[from].Outside)
                + queue.ProbabilityInTime(held, inFlight, lastMs, queue[last].TargetMs, queue[last].Outside)) / 2;
            var rate = (last - from + 1) * inTime / takesMs;
            if (rate > worth * (start == from ? 1 : factor))
            {
                (start, size, worth) = (from, held, rate);
            }
        }
    }

    // Whether the last one is in time when batches go on to be of this size.
    private static bool AllInTime(in BatcherView queue, int size, int places)
    {
        var rounds = Math.Ceiling((double)queue.Items / size / places);
        var last = queue[queue.Count - 1];
        return queue.NowMs + (rounds * queue.Service.ExpectedMs(size, places, queue.NowMs)) + OutsideTime.MedianMs(last) <= last.DeadlineMs;
    }
}
