using MuLambda.Scaling;

namespace MuLambda.Scaler.Demand;

/// <summary>What was counted of one deployment since it was taken last. Not for concurrent use.</summary>
internal sealed class DemandCounts
{
    private readonly Dictionary<string, Load> _loads = new(StringComparer.Ordinal);
    private double _requests;
    private double _items;
    private double _good;
    private double _bad;
    private double? _takenMs;

    /// <summary>Adds what one selector counted between two reports.</summary>
    /// <param name="selector">The selector.</param>
    /// <param name="now">Its counters.</param>
    /// <param name="before">Those of the report before; null where there was none in its life.</param>
    /// <param name="elapsedMs">The time between them by the selector's clock, in milliseconds.</param>
    public void Add(string selector, ModelDemand now, ModelDemand? before, double elapsedMs)
    {
        _requests += now.Requests - (before?.Requests ?? 0);
        _items += now.Items - (before?.Items ?? 0);
        _good += now.Good - (before?.Good ?? 0);
        _bad += now.Bad - (before?.Bad ?? 0);
        var load = _loads.GetValueOrDefault(selector) ?? new Load();
        load.Add(now.BusyMs - (before?.BusyMs ?? 0), now.BusyReplicaMs - (before?.BusyReplicaMs ?? 0), elapsedMs);
        _loads[selector] = load;
    }

    public void Forget(string selector) => _loads.Remove(selector);

    /// <summary>The sample since the last time; what waits now, and the replicas, are the caller's to add.</summary>
    public DemandSample Take(double nowMs, double sinceMs)
    {
        double concurrency = 0;
        double busy = 0;
        foreach (var load in _loads.Values)
        {
            load.Take();
            concurrency += load.Concurrency;
            busy += load.BusyReplicas;
        }

        var sample = new DemandSample(
            nowMs, Math.Max(0, nowMs - (_takenMs ?? sinceMs)), _requests, _items, concurrency, busy, _good, _bad, 0, 0, 0, double.NaN, 0);
        (_requests, _items, _good, _bad, _takenMs) = (0, 0, 0, 0, nowMs);
        return sample;
    }

    /// <summary>The means of one selector. Reports do not come just when samples are taken: where none came since, what was stays.</summary>
    private sealed class Load
    {
        private double _busyMs;
        private double _replicaMs;
        private double _elapsedMs;

        public double Concurrency { get; private set; }

        public double BusyReplicas { get; private set; }

        public void Add(double busyMs, double replicaMs, double elapsedMs)
        {
            _busyMs += busyMs;
            _replicaMs += replicaMs;
            _elapsedMs += elapsedMs;
        }

        public void Take()
        {
            if (_elapsedMs > 0)
            {
                (Concurrency, BusyReplicas) = (Math.Max(0, _busyMs / _elapsedMs), Math.Max(0, _replicaMs / _elapsedMs));
                (_busyMs, _replicaMs, _elapsedMs) = (0, 0, 0);
            }
        }
    }
}
