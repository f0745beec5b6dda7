using System.Diagnostics;
using MuLambda.Inference;

namespace MuLambda.Executor.Models;

/// <summary>A version in memory. It is freed when its version has let go of it and the last lease has ended.</summary>
/// <param name="name">The model's name.</param>
/// <param name="version">The version's number.</param>
/// <param name="model">What runs.</param>
/// <param name="reservation">The memory it takes; given back when it is freed.</param>
/// <param name="freed">Told when it is freed.</param>
internal sealed class ResidentModel(
    string name, long version, LoadedModel model, MemoryReservation reservation, Action<ResidentModel> freed)
{
    // One word, so that a request takes and ends its lease with one interlocked operation each: this bit is set while the
    // version holds the model, the rest counts the leases.
    private const int Held = 1 << 30;

    private int _holders = Held;
    private long _lastUse = Stopwatch.GetTimestamp();

    public string Name => name;

    public long Version => version;

    public LoadedModel Model => model;

    /// <summary>The estimated size.</summary>
    public long Bytes => reservation.Bytes;

    /// <summary>When it was last asked for, as a timestamp: coarser clocks take what is asked for in turn for simultaneous.</summary>
    public long LastUse => Volatile.Read(ref _lastUse);

    /// <summary>True while it is held and nobody has a lease.</summary>
    public bool IsIdle => Volatile.Read(ref _holders) == Held;

    /// <summary>True once it can be asked no longer.</summary>
    public bool IsGone => (Volatile.Read(ref _holders) & Held) == 0;

    /// <summary>Takes a lease, unless the version has let go.</summary>
    public bool TryAcquire(out ModelLease lease)
    {
        var holders = Volatile.Read(ref _holders);
        while ((holders & Held) != 0)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
            {
                Volatile.Write(ref _lastUse, Stopwatch.GetTimestamp());
                lease = new ModelLease(this);
                return true;
            }

            holders = seen;
        }

        lease = default;
        return false;
    }

    /// <summary>Ends a lease.</summary>
    public void Release()
    {
        switch (Interlocked.Decrement(ref _holders))
        {
            case 0:
                Free();
                break;
            case Held:
                reservation.Idle();
                break;
        }
    }

    /// <summary>Lets go of it: it is freed with the last lease, at once if there is none.</summary>
    public void LetGo()
    {
        if (Interlocked.And(ref _holders, ~Held) == Held)
        {
            Free();
        }
    }

    /// <summary>Lets go of it if nobody has a lease.</summary>
    public bool TryFreeIdle()
    {
        if (Interlocked.CompareExchange(ref _holders, 0, Held) != Held)
        {
            return false;
        }

        Free();
        return true;
    }

    private void Free()
    {
        model.Dispose();
        reservation.Dispose();
        freed(this);
    }
}
