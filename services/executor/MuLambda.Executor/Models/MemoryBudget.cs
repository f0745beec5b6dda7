using System.Diagnostics.CodeAnalysis;
using MuLambda.Executor.Options;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Models;

/// <summary>
/// Bounds the memory of all models together. Where a new one does not fit, those that nobody runs go, the least
/// recently used first; where that is not enough, the new one waits for runs to end.
/// </summary>
internal sealed class MemoryBudget(long limit)
{
    private readonly Lock _gate = new();
    private readonly HashSet<ResidentModel> _residents = [];
    private TaskCompletionSource _room = NewSignal();
    private long _reserved;
    private int _waiting;

    public MemoryBudget(ExecutorOptions options)
        : this(options.MaxModelBytes)
    {
    }

    /// <summary>The bound in bytes.</summary>
    public long Limit => limit;

    /// <summary>What the models in memory and those that are being loaded take.</summary>
    public long Reserved => Interlocked.Read(ref _reserved);

    /// <summary>Takes memory for a model, making room for it.</summary>
    /// <param name="what">The model, for the error.</param>
    /// <param name="bytes">How much it will take.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="GrpcException">RESOURCE_EXHAUSTED: it is larger than the bound.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async ValueTask<MemoryReservation> ReserveAsync(string what, long bytes, CancellationToken cancellationToken)
    {
        if (bytes > limit)
        {
            throw new GrpcException(
                StatusCode.ResourceExhausted, $"{what} needs about {bytes} bytes of memory; --max-model-bytes is {limit}.");
        }

        Interlocked.Increment(ref _waiting);
        try
        {
            while (true)
            {
                var room = Volatile.Read(ref _room).Task;
                if (TryReserve(bytes, out var reservation))
                {
                    return reservation;
                }

                await room.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>From now on the model may make room for others whenever nobody runs it.</summary>
    public void Add(ResidentModel resident)
    {
        lock (_gate)
        {
            // One that is gone already has been removed, or will be once this lock is free.
            if (!resident.IsGone)
            {
                _residents.Add(resident);
            }
        }

        Signal();
    }

    /// <summary>The model is free, or about to be.</summary>
    public void Remove(ResidentModel resident)
    {
        lock (_gate)
        {
            _residents.Remove(resident);
        }
    }

    public void Return(long bytes)
    {
        Interlocked.Add(ref _reserved, -bytes);
        Signal();
    }

    /// <summary>Lets those that wait look again.</summary>
    public void Signal()
    {
        if (Volatile.Read(ref _waiting) > 0)
        {
            Interlocked.Exchange(ref _room, NewSignal()).TrySetResult();
        }
    }

    private bool TryReserve(long bytes, [NotNullWhen(true)] out MemoryReservation? reservation)
    {
        while (true)
        {
            ResidentModel? idle;
            lock (_gate)
            {
                if (_reserved + bytes <= limit)
                {
                    Interlocked.Add(ref _reserved, bytes);
                    reservation = new MemoryReservation(this, bytes);
                    return true;
                }

                idle = _residents.Where(resident => resident.IsIdle).MinBy(resident => resident.LastUse);
                if (idle is null)
                {
                    reservation = null;
                    return false;
                }

                _residents.Remove(idle);
            }

            if (!idle.TryFreeIdle() && !idle.IsGone)
            {
                // Somebody has just asked for it; it may go another time.
                Add(idle);
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
