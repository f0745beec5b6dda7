using System.Numerics;
using System.Runtime.InteropServices;

namespace MuLambda.Scaling;

/// <summary>Counts from the beginning on that many threads add to: each processor has a pair of its own, so they do not wait for each other's cache lines.</summary>
internal sealed class StripedCounts
{
    private const int MostStripes = 8;

    private readonly Stripe[] _stripes =
        new Stripe[Math.Min(MostStripes, (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount))];

    public void Add(bool good)
    {
        ref var stripe = ref _stripes[Thread.GetCurrentProcessorId() & (_stripes.Length - 1)];
        if (good)
        {
            Interlocked.Increment(ref stripe.Good);
        }
        else
        {
            Interlocked.Increment(ref stripe.Bad);
        }
    }

    public RequestCounts Sum()
    {
        long good = 0, bad = 0;
        foreach (ref var stripe in _stripes.AsSpan())
        {
            good += Volatile.Read(ref stripe.Good);
            bad += Volatile.Read(ref stripe.Bad);
        }

        return new RequestCounts(good, good + bad);
    }

    // Two cache lines, as processors fetch them in pairs.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Stripe
    {
        [FieldOffset(0)]
        public long Good;

        [FieldOffset(8)]
        public long Bad;
    }
}
