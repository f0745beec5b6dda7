using MuLambda.Catalog;
using MuLambda.Scaling;

namespace MuLambda.Selector;

/// <summary>The demand for a model version. Counting takes no lock and allocates nothing; what is read is read by one at a time.</summary>
/// <param name="reference">The model version.</param>
internal sealed class ModelCounter(ModelReference reference)
{
    // What "lately" is: long enough to see a p95, short enough to forget a burst.
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(30);

    private readonly RecentLatencies _latencies = new(Lately.Ticks);
    private long _objectivesSinceTicks;
    private double _busyMs;
    private Slo? _strictest;
    private Slo? _strictestBefore;

    public ModelReference Reference { get; } = reference;

    public DemandCounts Counts { get; } = new();

    /// <summary>How long requests waited and ran.</summary>
    public BusyClock Busy { get; } = new();

    /// <summary>How long replicas were busy that are gone, in milliseconds.</summary>
    public double GoneReplicasMs { get; set; }

    /// <summary>What batches take, as far as it was ever known: it outlives the replicas that it was learned from.</summary>
    public ServiceCurve? Service { get; set; }

    /// <summary>A request came.</summary>
    /// <param name="items">Its examples.</param>
    /// <param name="slo">Its client's objective; null where it states none.</param>
    public void Came(int items, Slo? slo)
    {
        Counts.Came(items);
        if (slo is not null)
        {
            Take(slo);
        }
    }

    /// <summary>A request ended.</summary>
    /// <param name="outcome">How.</param>
    /// <param name="latencyMs">What it took, in milliseconds; NaN where it was not answered.</param>
    public void Ended(DemandOutcome outcome, double latencyMs)
    {
        Counts.Ended(outcome);
        if (!double.IsNaN(latencyMs))
        {
            _latencies.Add(latencyMs);
        }
    }

    /// <summary>What is known of the demand now.</summary>
    /// <param name="elapsed">The time since counting began.</param>
    /// <param name="ticks">The same moment by the clock that requests are timed by.</param>
    /// <param name="msPerTick">What a tick of that is, in milliseconds.</param>
    /// <param name="waiting">The requests that wait for a batch.</param>
    /// <param name="waitingCold">The requests that wait for the first replica.</param>
    /// <param name="replicasMs">How long replicas that are there were busy, in milliseconds.</param>
    public ModelDemand Read(TimeSpan elapsed, long ticks, double msPerTick, int waiting, int waitingCold, double replicasMs)
    {
        var (requests, items, good, bad) = Counts.Sum();
        var (busy, active) = Busy.Read(ticks);

        // What was told before is never taken back: a reader divides the growth by the time.
        _busyMs = Math.Max(_busyMs, busy * msPerTick);
        _latencies.Advance(elapsed.Ticks);
        var slo = Strictest(elapsed.Ticks);
        return new ModelDemand(
            Reference.ToString(), requests, items, _busyMs, good, bad, waiting + waitingCold, Math.Max(0, active - waiting - waitingCold), waitingCold,
            slo?.LatencyMs, slo?.Target, _latencies.Read().Quantile(0.95), Service, GoneReplicasMs + replicasMs);
    }

    private static bool IsStricter(Slo one, Slo? other) =>
        other is null || one.LatencyMs < other.LatencyMs || (one.LatencyMs == other.LatencyMs && one.Target > other.Target);

    private void Take(Slo slo)
    {
        var known = Volatile.Read(ref _strictest);
        while (!ReferenceEquals(known, slo) && IsStricter(slo, known))
        {
            var found = Interlocked.CompareExchange(ref _strictest, slo, known);
            if (ReferenceEquals(found, known))
            {
                return;
            }

            known = found;
        }
    }

    private Slo? Strictest(long nowTicks)
    {
        if (nowTicks - _objectivesSinceTicks >= Lately.Ticks)
        {
            // Twice as long without a reader: then what was before is not lately any more.
            var isLate = nowTicks - _objectivesSinceTicks >= 2 * Lately.Ticks;
            var strictest = Interlocked.Exchange(ref _strictest, null);
            (_strictestBefore, _objectivesSinceTicks) = (isLate ? null : strictest, nowTicks);
        }

        var now = Volatile.Read(ref _strictest);
        return now is not null && IsStricter(now, _strictestBefore) ? now : _strictestBefore ?? now;
    }
}
