using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Scheduling;

/// <summary>
/// Bounds the predict requests that are read, wait or run at once, and with them the memory of their bodies. One more is
/// refused before any of its body is read.
/// </summary>
/// <param name="limit">How many there may be.</param>
internal sealed class AdmissionGate(int limit) : IDisposable
{
    /// <summary>Requests that may be on their way in or out while the queue is full.</summary>
    private const int Slack = 16;

    private int _count;

    /// <summary>How many there may be.</summary>
    public int Limit => limit;

    /// <summary>Requests that are in.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The limit that never refuses what may run or wait.</summary>
    public static int LimitOf(int maxParallelRuns, int queueLimit) =>
        (int)Math.Min((long)maxParallelRuns + queueLimit + Slack, int.MaxValue);

    /// <summary>Lets a request in; disposing what is returned, once, lets it out.</summary>
    /// <exception cref="GrpcException">RESOURCE_EXHAUSTED: there are too many.</exception>
    public IDisposable Enter()
    {
        if (Interlocked.Increment(ref _count) <= limit)
        {
            return this;
        }

        Interlocked.Decrement(ref _count);
        throw new GrpcException(
            StatusCode.ResourceExhausted, $"The executor is busy: it has {limit} requests, which is the limit.");
    }

    // The gate is its requests' way out, so that a request costs no allocation.
    void IDisposable.Dispose() => Interlocked.Decrement(ref _count);
}
