using System.Collections.Concurrent;
using System.Numerics;

namespace MuLambda.Inference;

/// <summary>
/// Native memory for tensors, reused between requests. Buffers are powers of two in size and aligned to 64 bytes; what is
/// kept for reuse is bounded, what is lent is bounded by the callers' own limits.
/// </summary>
public sealed class TensorPool
{
    private const int SmallestShift = 6;
    private const int LargestShift = 26;
    private readonly ConcurrentQueue<NativeBuffer>[] buckets;
    private readonly long retainLimit;
    private long retained;
    private long outstanding;

    /// <summary>Makes a pool.</summary>
    /// <param name="retainLimitBytes">How many bytes of returned buffers are kept for reuse at most.</param>
    public TensorPool(long retainLimitBytes = 64L << 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(retainLimitBytes);
        retainLimit = retainLimitBytes;
        buckets = new ConcurrentQueue<NativeBuffer>[LargestShift - SmallestShift + 1];
        for (var i = 0; i < buckets.Length; i++)
        {
            buckets[i] = new ConcurrentQueue<NativeBuffer>();
        }
    }

    /// <summary>The pool tensors come from when none is named.</summary>
    public static TensorPool Shared { get; } = new();

    /// <summary>How many buffers are lent now.</summary>
    public long Outstanding => Interlocked.Read(ref outstanding);

    /// <summary>How many bytes wait for reuse now.</summary>
    public long RetainedBytes => Interlocked.Read(ref retained);

    internal NativeBuffer Rent(long bytes)
    {
        var shift = Math.Max(SmallestShift, bytes <= 1 ? 0 : BitOperations.Log2((ulong)(bytes - 1)) + 1);
        NativeBuffer? buffer = null;
        if (shift > LargestShift)
        {
            buffer = new NativeBuffer(this, (nuint)bytes);
        }
        else if (buckets[shift - SmallestShift].TryDequeue(out buffer))
        {
            Interlocked.Add(ref retained, -(long)buffer.Capacity);
        }
        else
        {
            buffer = new NativeBuffer(this, (nuint)1 << shift);
        }

        Interlocked.Increment(ref outstanding);
        buffer.Lend();
        return buffer;
    }

    internal void Return(NativeBuffer buffer)
    {
        Interlocked.Decrement(ref outstanding);
        var size = (long)buffer.Capacity;
        if (size > 1L << LargestShift || Interlocked.Add(ref retained, size) > retainLimit)
        {
            if (size <= 1L << LargestShift)
            {
                Interlocked.Add(ref retained, -size);
            }

            buffer.Dispose();
            return;
        }

        buckets[BitOperations.Log2((ulong)size) - SmallestShift].Enqueue(buffer);
    }

    internal void Forget() => Interlocked.Decrement(ref outstanding);
}
