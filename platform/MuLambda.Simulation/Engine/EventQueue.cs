using System.Runtime.CompilerServices;

namespace MuLambda.Simulation;

/// <summary>
/// The events to come, in order of time and, at one time, of planning: a heap with four children a node, which needs half the levels of
/// a binary one and finds the children of a node in one or two cache lines.
/// </summary>
internal sealed class EventQueue
{
    private SimEvent[] _heap = new SimEvent[256];
    private int _count;
    private ulong _planned;

    /// <summary>The time of the event taken last, in milliseconds.</summary>
    public double NowMs { get; private set; }

    public int Count => _count;

    public void Plan(double atMs, EventKind kind, int a, int b = 0)
    {
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _count * 2);
        }

        // Nothing happens in the past: rounding must not turn time back.
        var added = new SimEvent(Math.Max(atMs, NowMs), (++_planned << 8) | (uint)kind, a, b);
        var heap = _heap;
        var at = _count++;
        while (at > 0)
        {
            var parent = (at - 1) >> 2;
            if (!Precedes(added, heap[parent]))
            {
                break;
            }

            heap[at] = heap[parent];
            at = parent;
        }

        heap[at] = added;
    }

    public bool TryTake(out SimEvent first)
    {
        if (_count == 0)
        {
            first = default;
            return false;
        }

        var heap = _heap;
        first = heap[0];
        NowMs = first.AtMs;
        var last = heap[--_count];
        var at = 0;
        while (true)
        {
            var child = (at << 2) + 1;
            if (child >= _count)
            {
                break;
            }

            var least = child;
            var end = Math.Min(child + 4, _count);
            for (var other = child + 1; other < end; other++)
            {
                if (Precedes(heap[other], heap[least]))
                {
                    least = other;
                }
            }

            if (!Precedes(heap[least], last))
            {
                break;
            }

            heap[at] = heap[least];
            at = least;
        }

        heap[at] = last;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Precedes(in SimEvent one, in SimEvent other) =>
        one.AtMs < other.AtMs || (one.AtMs == other.AtMs && one.Order < other.Order);
}
