namespace MuLambda.Executor.Metrics;

/// <summary>A number that only grows; thread-safe.</summary>
internal sealed class Counter
{
    private long _value;

    public long Value => Interlocked.Read(ref _value);

    public void Add(long amount) => Interlocked.Add(ref _value, amount);
}
