namespace MuLambda.Scaling;

/// <summary>
/// What happened to a deployment lately, in constant memory: its samples, and the decisions on it. The scaler adds to it; policies read. Not for concurrent use.
/// </summary>
public sealed class DemandHistory
{
    // An hour of samples twice a second, the longest window of any policy here.
    private const int Capacity = 7200;

    private readonly DemandSample[] _samples = new DemandSample[Capacity];
    private readonly (double AtMs, int Replicas)[] _decisions = new (double, int)[Capacity];
    private long _added;
    private long _decided;

    /// <summary>Samples that are remembered.</summary>
    public int Count => (int)Math.Min(_added, Capacity);

    /// <summary>Decisions that are remembered.</summary>
    public int Decisions => (int)Math.Min(_decided, Capacity);

    /// <summary>When the last request came, in milliseconds; negative infinity where none did.</summary>
    public double LastRequestMs { get; private set; } = double.NegativeInfinity;

    /// <summary>A sample, the last one first.</summary>
    /// <param name="age">How many came after it.</param>
    public ref readonly DemandSample this[int age] => ref _samples[(_added - 1 - age) % Capacity];

    /// <summary>A decision, the last one first.</summary>
    /// <param name="age">How many came after it.</param>
    public (double AtMs, int Replicas) Decision(int age) => _decisions[(_decided - 1 - age) % Capacity];

    /// <summary>Adds what happened since the last sample.</summary>
    public void Add(in DemandSample sample)
    {
        _samples[_added++ % Capacity] = sample;
        if (sample.Requests > 0)
        {
            LastRequestMs = sample.EndMs;
        }
    }

    /// <summary>Remembers a decision, whether or not it changed anything.</summary>
    /// <param name="atMs">When it was taken, in milliseconds.</param>
    /// <param name="replicas">The replicas decided on.</param>
    public void Decided(double atMs, int replicas) => _decisions[_decided++ % Capacity] = (atMs, replicas);
}
