using System.Numerics;
using System.Runtime.InteropServices;

namespace MuLambda.Selector;

/// <summary>
/// Sums how long things that begin and end lasted, what goes on until now included. Beginning and ending take no lock: each processor adds to a stripe of its own.
/// </summary>
/// <remarks>
/// A stripe's sum has the time of every end less that of every beginning, so that <c>sum + begun * now</c> is the time lasted. The two must be of one moment, or
/// the result would be off by as much as the clock shows: a stripe counts who came to change it and who is done, and is read when the two are the same.
/// A beginning in one stripe and its end in another need not be read at one moment: each of them is off by no more than what passed in between.
/// </remarks>
internal sealed class BusyClock
{
    private const int MostReads = 64;

    private readonly Stripe[] _stripes;
    private readonly (long Sum, long Active)[] _read;

    /// <param name="stripes">How many there are, rounded up to a power of two; null for one a processor, 8 at most.</param>
    public BusyClock(int? stripes = null)
    {
        _stripes = new Stripe[BitOperations.RoundUpToPowerOf2((uint)(stripes ?? Math.Min(8, Environment.ProcessorCount)))];
        _read = new (long, long)[_stripes.Length];
    }

    /// <summary>Something begins.</summary>
    /// <param name="ticks">The time.</param>
    public void Begin(long ticks) => Add(-ticks, 1);

    /// <summary>Something ends.</summary>
    /// <param name="ticks">The time.</param>
    public void End(long ticks) => Add(ticks, -1);

    /// <summary>How long all lasted together, and how many go on. For one reader at a time.</summary>
    /// <param name="ticks">The time.</param>
    public (long Ticks, int Active) Read(long ticks)
    {
        var (sum, active) = (0L, 0L);
        for (var i = 0; i < _stripes.Length; i++)
        {
            var spin = default(SpinWait);
            for (var tries = 0; !TryRead(ref _stripes[i], ref _read[i]) && tries < MostReads; tries++)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            sum = unchecked(sum + _read[i].Sum);
            active += _read[i].Active;
        }

        return (Math.Max(0, unchecked(sum + (active * ticks))), (int)Math.Max(0, active));
    }

    private static bool TryRead(ref Stripe stripe, ref (long Sum, long Active) read)
    {
        var left = Volatile.Read(ref stripe.Left);
        var (sum, active) = (Volatile.Read(ref stripe.Sum), Volatile.Read(ref stripe.Active));
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref stripe.Entered) != left)
        {
            return false;
        }

        read = (sum, active);
        return true;
    }

    private void Add(long ticks, int active)
    {
        ref var stripe = ref _stripes[Thread.GetCurrentProcessorId() & (_stripes.Length - 1)];
        Interlocked.Increment(ref stripe.Entered);
        Interlocked.Add(ref stripe.Sum, ticks);
        Interlocked.Add(ref stripe.Active, active);
        Interlocked.Increment(ref stripe.Left);
    }

    // Two cache lines, as processors fetch them in pairs.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Stripe
    {
        [FieldOffset(0)]
        public long Entered;

        [FieldOffset(8)]
        public long Left;

        [FieldOffset(16)]
        public long Sum;

        [FieldOffset(24)]
        public long Active;
    }
}
