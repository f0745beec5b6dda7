namespace MuLambda.Selector;

/// <summary>
/// What falls due, in buckets of a millisecond that come round like the hours of a clock (a hashed timing wheel: Varghese and Lauck,
/// 1987). Adding and taking out cost the same however much waits, and neither allocates once the buckets have grown.
/// </summary>
/// <param name="limit">The most that may wait.</param>
internal sealed class DueQueue(int limit)
{
    /// <summary>How far ahead something may fall due, in milliseconds.</summary>
    public const int HorizonMs = Buckets - 1;

    private const int Buckets = 1 << 14;
    private const int SmallBucket = 1024;

    private readonly Bucket[] _buckets = new Bucket[Buckets];
    private long _sweptMs;
    private int _sweeping;
    private int _count;

    /// <summary>How many wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds something.</summary>
    /// <param name="item">What.</param>
    /// <param name="dueMs">When it falls due, on the clock of <see cref="Sweep"/>.</param>
    /// <returns>False where it is due already, too far ahead, or one too many.</returns>
    public bool TryAdd(long item, long dueMs)
    {
        if (Interlocked.Increment(ref _count) <= limit)
        {
            ref var bucket = ref _buckets[dueMs & (Buckets - 1)];
            Enter(ref bucket);

            // The sweep moves its hand before it looks into the bucket: what it has passed will not be looked at again.
            var ahead = dueMs - Volatile.Read(ref _sweptMs);
            var fits = ahead is > 0 and <= HorizonMs;
            if (fits)
            {
                if (bucket.Items is null || bucket.Count == bucket.Items.Length)
                {
                    Array.Resize(ref bucket.Items, Math.Max(4, 2 * bucket.Count));
                }

                bucket.Items[bucket.Count++] = item;
            }

            Leave(ref bucket);
            if (fits)
            {
                return true;
            }
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Takes out what is due. One caller at a time does; who comes meanwhile goes on.</summary>
    /// <param name="nowMs">The time, in milliseconds from any start.</param>
    /// <param name="due">Is called with each.</param>
    public void Sweep(long nowMs, Action<long> due)
    {
        if (nowMs <= Volatile.Read(ref _sweptMs) || Interlocked.CompareExchange(ref _sweeping, 1, 0) != 0)
        {
            return;
        }

        try
        {
            var from = Math.Max(_sweptMs, nowMs - Buckets);
            if (Count == 0)
            {
                // Nothing waits: the hand jumps. What is added meanwhile sees the hand there, or is seen here.
                Interlocked.Exchange(ref _sweptMs, nowMs - 1);
                from = Count == 0 ? nowMs - 1 : from;
            }

            for (var ms = from + 1; ms <= nowMs; ms++)
            {
                Volatile.Write(ref _sweptMs, ms);
                SweepBucket(ref _buckets[ms & (Buckets - 1)], due);
            }
        }
        finally
        {
            Volatile.Write(ref _sweeping, 0);
        }
    }

    private void SweepBucket(ref Bucket bucket, Action<long> due)
    {
        Enter(ref bucket);
        var (items, count) = (bucket.Items, bucket.Count);
        bucket.Count = 0;
        bucket.Items = null;
        Leave(ref bucket);
        if (items is null)
        {
            return;
        }

        for (var i = 0; i < count; i++)
        {
            due(items[i]);
        }

        Interlocked.Add(ref _count, -count);
        if (items.Length <= SmallBucket)
        {
            // The memory serves the next round, unless another array has come meanwhile.
            Enter(ref bucket);
            bucket.Items ??= items;
            Leave(ref bucket);
        }
    }

    // Held for a few instructions, and by few at a time: no reason to sleep.
    private static void Enter(ref Bucket bucket)
    {
        var spin = default(SpinWait);
        while (Interlocked.CompareExchange(ref bucket.Gate, 1, 0) != 0)
        {
            spin.SpinOnce();
        }
    }

    private static void Leave(ref Bucket bucket) => Volatile.Write(ref bucket.Gate, 0);

    private struct Bucket
    {
        public int Gate;
        public int Count;
        public long[]? Items;
    }
}
