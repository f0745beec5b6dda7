namespace MuLambda.Scaling;

/// <summary>
/// The share of requests that a number of replicas answers too late, where each place for a batch takes all that waits as soon as it is free: an approximation of a queue
/// with bulk service, derived in docs/scaling.md.
/// </summary>
internal sealed class LatencyModel
{
    // Where a request comes between two batches. Places are neither in step, which would be a whole cycle, nor evenly spaced, which would be 1 / places of it.
    private const int Nodes = 16;
    private const double ShortestMs = 0.001;

    private readonly double _baseMs;
    private readonly double _perItemMs;
    private readonly int _inFlight;
    private readonly double _items;
    private readonly double _noise;
    private readonly double _dispersion;
    private readonly double _batch;

    /// <summary>Prepares it.</summary>
    /// <param name="service">What batches take.</param>
    /// <param name="itemsPerRequest">The examples of a request, at least 1.</param>
    /// <param name="targetMs">The latency wanted.</param>
    /// <param name="probability">The share of requests that has to be within it.</param>
    /// <param name="dispersion">The variance of counts of requests over their mean; 1 for a Poisson process.</param>
    public LatencyModel(ServiceCurve service, double itemsPerRequest, double targetMs, double probability, double dispersion)
    {
        (TargetMs, Probability) = (targetMs, probability);
        _baseMs = Math.Max(0, service.BaseMs);
        _perItemMs = Math.Max(0, service.PerItemMs);
        _inFlight = Math.Max(1, service.InFlight);
        _items = Math.Max(1, itemsPerRequest);
        _dispersion = Math.Max(1, dispersion);
        var spread = Math.Max(1, service.Spread);
        _noise = (spread - 1) / Math.Max(0.1, NormalDistribution.Quantile(probability));
        AloneMs = spread * ServiceMs(_items);

        // The largest batch that is in time where it does not wait.
        var largest = Math.Max(service.MaxBatchItems, _items);
        var inTime = _perItemMs > 0 ? ((targetMs / spread) - _baseMs) / _perItemMs : largest;
        _batch = Math.Clamp(inTime, _items, largest);
        ItemsPerMs = _batch / ServiceMs(_batch) * _inFlight;
    }

    public double TargetMs { get; }

    public double Probability { get; }

    /// <summary>What a request takes that finds everything idle, with the wanted probability.</summary>
    public double AloneMs { get; }

    /// <summary>Whether any number of replicas meets the target.</summary>
    public bool IsFeasible => AloneMs <= TargetMs;

    /// <summary>Examples that a replica answers a millisecond at most, in batches that are in time.</summary>
    public double ItemsPerMs { get; }

    /// <summary>Requests that a replica answers a millisecond at most.</summary>
    public double RequestsPerMs => ItemsPerMs / _items;

    /// <summary>The smallest number of replicas with which enough requests are in time.</summary>
    /// <param name="rate">Requests a millisecond.</param>
    /// <param name="max">The most there may be.</param>
    /// <returns>The number; <paramref name="max"/> + 1 where more are needed.</returns>
    public int Replicas(double rate, int max)
    {
        if (rate <= 0)
        {
            return 0;
        }

        var fewest = rate / RequestsPerMs;
        if (fewest >= max)
        {
            return max + 1;
        }

        // More replicas are never worse, so the first that is enough lies between one that is not and one that is.
        var (low, step) = ((int)fewest, 1);
        while (!Suffices(rate, Math.Min(low + step, max)))
        {
            low = Math.Min(low + step, max);
            step *= 2;
            if (low == max)
            {
                return max + 1;
            }
        }

        var high = Math.Min(low + step, max);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = Suffices(rate, middle) ? (low, middle) : (middle, high);
        }

        return high;
    }

    /// <summary>The share of requests that is too late.</summary>
    /// <param name="rate">Requests a millisecond.</param>
    /// <param name="replicas">The replicas.</param>
    public double Late(double rate, int replicas)
    {
        var places = (double)replicas * _inFlight;
        var items = rate * _items;
        var load = items / (ItemsPerMs * replicas);
        if (load >= 1)
        {
            return 1;
        }

        var alone = ServiceMs(_items);
        var lateAlone = Late(alone, _noise * alone);
        if (rate <= 0)
        {
            return lateAlone;
        }

        var (cycle, variance) = Cycle(rate, items, places);

        // A place is busy as long as a batch takes, and idle until a request comes where none came meanwhile.
        var arrivals = rate * cycle / places;
        var busy = arrivals / (arrivals + Math.Exp(-arrivals));
        var peakedness = 1 + ((_dispersion - 1) / 2);
        var waits = Math.Pow(busy, Math.Sqrt(2 * ((places / peakedness) + 1)) - 1);

        // How fast the queue's tail falls where a batch does not take all that waits.
        var decay = 2 * (1 - load) * (ItemsPerMs * replicas) / (load * _dispersion * _items);
        var late = 0.0;
        for (var node = 0; node < Nodes; node++)
        {
            late += LateAfter((node + 0.5) / Nodes / Math.Sqrt(places), cycle, variance, items, places, decay);
        }

        return (waits * late / Nodes) + ((1 - waits) * lateAlone);
    }

    private bool Suffices(double rate, int replicas) => Late(rate, replicas) <= 1 - Probability;

    private double ServiceMs(double items) => Math.Max(ShortestMs, _baseMs + (_perItemMs * items));

    private double Late(double meanMs, double deviationMs) =>
        deviationMs <= meanMs * 1e-6 ? (meanMs > TargetMs ? 1 : 0) : NormalDistribution.Above((TargetMs - meanMs) / deviationMs);

    // What a batch takes when each is of what came while the one before ran, and its variance.
    private (double MeanMs, double Variance) Cycle(double rate, double items, double places)
    {
        var slope = _perItemMs * items / places;
        var cycle = ServiceMs(_items);
        for (var i = 0; i < 8; i++)
        {
            var empty = Math.Exp(-rate * cycle / places);
            var excess = ServiceMs((items * cycle / places) + (_items * empty)) - cycle;
            cycle -= excess / ((slope * (1 - empty)) - 1);
        }

        cycle = Math.Clamp(cycle, ShortestMs, ServiceMs(_batch));
        var counted = _perItemMs * _perItemMs * BatchVariance(items, cycle, places);
        return (cycle, (counted + (_noise * _noise * cycle * cycle)) / (1 - Math.Min(0.99, slope * slope)));
    }

    // Were all places filled evenly, each would get the same share of what comes; were they independent, each its own chance. It is in between.
    private double BatchVariance(double items, double cycle, double places) => _dispersion * _items * items * cycle / (places * Math.Sqrt(places));

    // Of a request that comes a share of a cycle before the next place is free; it is the likelier to come in a cycle, the longer that is.
    private double LateAfter(double share, double cycle, double variance, double items, double places, double decay)
    {
        var met = cycle + (variance / cycle);
        var waitMs = share * met;
        var batch = _items + (items * met / places);
        var batchVariance = BatchVariance(items, met, places);
        var service = ServiceMs(Math.Min(batch, _batch));
        var sensitivity = share + (_perItemMs * items / places);
        var late = Late(
            waitMs + service,
            Math.Sqrt((_perItemMs * _perItemMs * batchVariance) + (sensitivity * sensitivity * variance) + (_noise * _noise * service * service)));
        var spareMs = TargetMs - waitMs - ServiceMs(_batch);
        var over = NormalDistribution.Above((_batch - batch) / Math.Sqrt(Math.Max(batchVariance, 1e-9)));
        return Math.Min(1, late + (over * (spareMs <= 0 ? 1 : Math.Exp(-decay * spareMs))));
    }
}
