namespace MuLambda.Scaling;

/// <summary>
/// What happened to a deployment lately, in constant memory: its samples, the decisions on it, and what they say of its arrivals. The scaler adds to it;
/// policies read. Not for concurrent use.
/// </summary>
public sealed class DemandHistory
{
    // 17 minutes of samples twice a second, longer than the longest window that an option allows.
    private const int Capacity = 2048;
    private const int ChangeCapacity = 256;

    // After so long without a request its return says what to have ready for one.
    private const double ReturnAfterIdleMs = 5_000;
    private const double ReturnMs = 3_000;
    private const double ReturnWeight = 0.5;

    // A hole in the reports that is longer says nothing of how long it was idle.
    private const double LongestHoleMs = 2_000;

    private readonly DemandSample[] _samples = new DemandSample[Capacity];
    private readonly DemandWindow[] _totals = new DemandWindow[Capacity];
    private readonly double[] _rates = new double[Capacity];
    private readonly (double AtMs, int Replicas)[] _decisions = new (double, int)[Capacity];
    private readonly ReplicaChange[] _changes = new ReplicaChange[ChangeCapacity];
    private long _added;
    private long _decided;
    private long _changed;
    private DemandWindow _total;
    private bool _unbroken;
    private double _returnedMs = double.NegativeInfinity;
    private double _returnPeak;

    /// <summary>Samples that are remembered.</summary>
    public int Count => (int)Math.Min(_added, Capacity);

    /// <summary>Decisions that are remembered.</summary>
    public int Decisions => (int)Math.Min(_decided, Capacity);

    /// <summary>Decisions that changed the number of replicas and are remembered.</summary>
    public int Changes => (int)Math.Min(_changed, ChangeCapacity);

    /// <summary>When the last request came, in milliseconds; negative infinity where none did.</summary>
    public double LastRequestMs { get; private set; } = double.NegativeInfinity;

    /// <summary>When there was last a request that came, waited or ran, in milliseconds; negative infinity where there was none.</summary>
    public double LastBusyMs { get; private set; } = double.NegativeInfinity;

    /// <summary>When the oldest sample began that is remembered, in milliseconds; positive infinity where there is none.</summary>
    public double BeginMs => Count == 0 ? double.PositiveInfinity : this[Count - 1].EndMs - this[Count - 1].LengthMs;

    /// <summary>How much arrivals vary.</summary>
    public ArrivalVariability Variability { get; } = new();

    /// <summary>How long it was idle between requests.</summary>
    public IdleTimes IdleTimes { get; } = new();

    /// <summary>Requests a millisecond that came in the first seconds after it had been idle, newer times counting for more; 0 while nothing is known.</summary>
    public double ReturnRate { get; private set; }

    /// <summary>A sample, the last one first.</summary>
    /// <param name="age">How many came after it.</param>
    public ref readonly DemandSample this[int age] => ref _samples[(_added - 1 - age) % Capacity];

    /// <summary>Requests a millisecond as they were estimated when a sample was added (<see cref="ArrivalRate"/>), the last one first.</summary>
    /// <param name="age">How many samples came after it.</param>
    public double Rate(int age) => _rates[(_added - 1 - age) % Capacity];

    /// <summary>A decision, the last one first.</summary>
    /// <param name="age">How many came after it.</param>
    public (double AtMs, int Replicas) Decision(int age) => _decisions[(_decided - 1 - age) % Capacity];

    /// <summary>A decision that changed the number of replicas, the last one first.</summary>
    /// <param name="age">How many came after it.</param>
    public ReplicaChange Change(int age) => _changes[(_changed - 1 - age) % ChangeCapacity];

    /// <summary>Adds what happened since the last sample.</summary>
    /// <param name="sample">What happened; it ends after the ones before.</param>
    public void Add(in DemandSample sample)
    {
        var startMs = sample.EndMs - sample.LengthMs;
        _unbroken &= Count == 0 || startMs - this[0].EndMs <= LongestHoleMs;
        _total += DemandWindow.Of(sample);
        _samples[_added % Capacity] = sample;
        _totals[_added % Capacity] = _total;
        _added++;
        Variability.Add(sample.Requests, sample.LengthMs);
        var rate = _rates[(_added - 1) % Capacity] = ArrivalRate.Estimate(this);
        if (sample.Requests > 0)
        {
            LastRequestMs = sample.EndMs;
        }

        if (sample.Requests > 0 || sample.Waiting > 0 || sample.InFlight > 0)
        {
            Busy(startMs, sample.LengthMs);
            LastBusyMs = sample.EndMs;
            _unbroken = true;
        }

        Returning(sample.EndMs, rate);
    }

    /// <summary>Remembers a decision, whether or not it changed anything.</summary>
    /// <param name="atMs">When it was taken, in milliseconds.</param>
    /// <param name="replicas">The replicas decided on.</param>
    public void Decided(double atMs, int replicas)
    {
        if (_decided > 0 && Decision(0).Replicas is var before && before != replicas)
        {
            _changes[_changed++ % ChangeCapacity] = new ReplicaChange(atMs, before, replicas);
        }

        _decisions[_decided++ % Capacity] = (atMs, replicas);
    }

    /// <summary>What happened in a time, as far as it is remembered.</summary>
    /// <param name="fromMs">Its beginning, in milliseconds.</param>
    /// <param name="toMs">Its end.</param>
    public DemandWindow Window(double fromMs, double toMs) => Until(toMs) - Until(fromMs);

    /// <summary>The last samples together.</summary>
    /// <param name="age">How many came after them.</param>
    /// <param name="count">How many they are; all of them remembered.</param>
    internal DemandWindow Samples(int age, int count) => TotalAt(age) - Before(age + count - 1);

    /// <summary>The last sample that had ended at a time.</summary>
    /// <returns>Its age; <see cref="Count"/> where none is remembered.</returns>
    internal int AgeAt(double ms)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (this[middle].EndMs <= ms)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    /// <summary>The replicas that were decided on at a time.</summary>
    /// <param name="ms">The time; a decision taken then does not count yet.</param>
    /// <param name="otherwise">What it was where no decision is remembered from before.</param>
    internal int ReplicasBefore(double ms, int otherwise)
    {
        var replicas = _decided > 0 ? Decision(0).Replicas : otherwise;
        for (var age = 0; age < Changes && Change(age).AtMs >= ms; age++)
        {
            replicas = Change(age).Before;
        }

        return replicas;
    }

    private ref readonly DemandWindow TotalAt(int age) => ref _totals[(_added - 1 - age) % Capacity];

    private DemandWindow Before(int age) => TotalAt(age) - DemandWindow.Of(this[age]);

    private DemandWindow Until(double ms)
    {
        var ended = AgeAt(ms);
        if (Count == 0)
        {
            return default;
        }

        // The one after it may have begun.
        var total = ended < Count ? TotalAt(ended) : Before(Count - 1);
        if (ended > 0 && this[ended - 1] is var next && next.LengthMs > 0)
        {
            var share = 1 - ((next.EndMs - ms) / next.LengthMs);
            if (share > 0)
            {
                total += DemandWindow.Of(next, share);
            }
        }

        return total;
    }

    private void Busy(double startMs, double lengthMs)
    {
        var idleMs = startMs - LastBusyMs;
        if (!double.IsFinite(idleMs) || !_unbroken || idleMs < lengthMs / 2)
        {
            return;
        }

        IdleTimes.Add(idleMs, startMs);
        if (idleMs >= ReturnAfterIdleMs)
        {
            (_returnedMs, _returnPeak) = (startMs, 0);
        }
    }

    private void Returning(double nowMs, double rate)
    {
        if (double.IsNegativeInfinity(_returnedMs))
        {
            return;
        }

        _returnPeak = Math.Max(_returnPeak, rate);
        if (nowMs - _returnedMs >= ReturnMs)
        {
            ReturnRate = ReturnRate > 0 ? ReturnRate + (ReturnWeight * (_returnPeak - ReturnRate)) : _returnPeak;
            _returnedMs = double.NegativeInfinity;
        }
    }
}
