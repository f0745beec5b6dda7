using System.Numerics;
using System.Runtime.InteropServices;

namespace MuLambda.Selector;

/// <summary>Counts from the beginning on that many threads add to without waiting for each other's cache lines.</summary>
internal sealed class DemandCounts
{
    private const int MostStripes = 8;

    private readonly Stripe[] _stripes =
        new Stripe[Math.Min(MostStripes, (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount))];

    public void Came(int items)
    {
        ref var stripe = ref Mine();
        Interlocked.Increment(ref stripe.Requests);
        Interlocked.Add(ref stripe.Items, items);
    }

    public void Ended(DemandOutcome outcome)
    {
        ref var stripe = ref Mine();
        switch (outcome)
        {
            case DemandOutcome.Good:
                Interlocked.Increment(ref stripe.Good);
                break;
            case DemandOutcome.Bad:
                Interlocked.Increment(ref stripe.Bad);
                break;
        }
    }

    public (long Requests, long Items, long Good, long Bad) Sum()
    {
        var (requests, items, good, bad) = (0L, 0L, 0L, 0L);
        foreach (ref var stripe in _stripes.AsSpan())
        {
            requests += Volatile.Read(ref stripe.Requests);
            items += Volatile.Read(ref stripe.Items);
            good += Volatile.Read(ref stripe.Good);
            bad += Volatile.Read(ref stripe.Bad);
        }

        return (requests, items, good, bad);
    }

    private ref Stripe Mine() => ref _stripes[Thread.GetCurrentProcessorId() & (_stripes.Length - 1)];

    // Two cache lines, as processors fetch them in pairs.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Stripe
    {
        [FieldOffset(0)]
        public long Requests;

        [FieldOffset(8)]
        public long Items;

        [FieldOffset(16)]
        public long Good;

        [FieldOffset(24)]
        public long Bad;
    }
}
