using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Scheduling;

/// <summary>
/// Lets a fixed number of runs go at a time and a bounded number of requests wait, first come first served. A request
/// that finds the queue full is refused at once; one that is cancelled while it waits leaves its place.
/// </summary>
internal sealed class RunGate(int maxParallelRuns, int queueLimit) : IDisposable
{
    private readonly SemaphoreSlim _runs = new(maxParallelRuns, maxParallelRuns);
    private int _queued;

    /// <summary>Requests that wait.</summary>
    public int QueueLength => Volatile.Read(ref _queued);

    /// <summary>Waits for a turn; disposing what is returned gives it to the next.</summary>
    /// <exception cref="GrpcException">RESOURCE_EXHAUSTED: the queue is full.</exception>
    /// <exception cref="OperationCanceledException">The request was given up while it waited.</exception>
    public async ValueTask<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_runs.Wait(0, CancellationToken.None))
        {
            return new Turn(_runs);
        }

        if (Interlocked.Increment(ref _queued) > queueLimit)
        {
            Interlocked.Decrement(ref _queued);
            throw new GrpcException(
                StatusCode.ResourceExhausted,
                $"The executor is busy: {maxParallelRuns} requests run and {queueLimit} wait, which is the limit.");
        }

        try
        {
            await _runs.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _queued);
        }

        return new Turn(_runs);
    }

    public void Dispose() => _runs.Dispose();

    /// <summary>The right to run; given back once.</summary>
    internal readonly struct Turn(SemaphoreSlim runs) : IDisposable
    {
        public void Dispose() => runs.Release();
    }
}
