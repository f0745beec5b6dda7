namespace MuLambda.Selector;

/// <summary>How long one replica of a model had something to run.</summary>
/// <param name="executor">The executor's id.</param>
/// <param name="model">The model's demand.</param>
internal sealed class ReplicaCounter(string executor, ModelCounter model)
{
    private readonly BusyClock _clock = new(stripes: 1);
    private int _active;

    public string Executor { get; } = executor;

    public ModelCounter Model { get; } = model;

    public bool IsIdle => Volatile.Read(ref _active) == 0;

    public void Begin(long ticks)
    {
        if (Interlocked.Increment(ref _active) == 1)
        {
            _clock.Begin(ticks);
        }
    }

    public void End(long ticks)
    {
        if (Interlocked.Decrement(ref _active) == 0)
        {
            _clock.End(ticks);
        }
    }

    /// <summary>How long it was busy, in ticks. For one reader at a time.</summary>
    public long Read(long ticks) => _clock.Read(ticks).Ticks;
}
