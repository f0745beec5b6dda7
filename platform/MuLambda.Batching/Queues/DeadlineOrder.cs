using System.Runtime.InteropServices;

namespace MuLambda.Batching;

/// <summary>
/// Entries in the order of service: earliest deadline first among equal priority. A ring: requests mostly come with later deadlines than those that wait,
/// and leave from the front, so both ends are cheap.
/// </summary>
internal sealed class DeadlineOrder
{
    private BatchEntry?[] _ring = new BatchEntry?[16];
    private readonly List<PriorityLevel> _levels = [];
    private int _head;

    /// <summary>The priorities of those that wait, the highest first: in this order each is a part of the whole.</summary>
    public ReadOnlySpan<PriorityLevel> Levels => CollectionsMarshal.AsSpan(_levels);

    public int Count { get; private set; }

    public long Items { get; private set; }

    public BatchEntry this[int index] => _ring[Slot(index)]!;

    public void Add(BatchEntry entry)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }

        var at = Place(entry);
        if (at < Count / 2)
        {
            _head = (_head - 1) & (_ring.Length - 1);
            for (var i = 0; i < at; i++)
            {
                _ring[Slot(i)] = _ring[Slot(i + 1)];
            }
        }
        else
        {
            for (var i = Count; i > at; i--)
            {
                _ring[Slot(i)] = _ring[Slot(i - 1)];
            }
        }

        _ring[Slot(at)] = entry;
        Count++;
        Items += entry.Items;
        ref var level = ref LevelOf(entry.Priority);
        level.Count++;
        level.Items += entry.Items;
    }

    /// <summary>The examples of those with at least this priority: what is served before one that comes last in it.</summary>
    public long ItemsFrom(int priority)
    {
        var items = 0L;
        foreach (ref readonly var level in Levels)
        {
            items += level.Priority >= priority ? level.Items : 0;
        }

        return items;
    }

    public bool Remove(BatchEntry entry)
    {
        var at = Place(entry);
        if (at >= Count || !ReferenceEquals(this[at], entry))
        {
            return false;
        }

        RemoveRange(at, 1);
        return true;
    }

    /// <summary>Takes out <paramref name="count"/> entries from <paramref name="start"/> on.</summary>
    public void RemoveRange(int start, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var entry = this[start + i];
            Items -= entry.Items;
            ref var level = ref LevelOf(entry.Priority);
            level.Count--;
            level.Items -= entry.Items;
            if (level.Count == 0)
            {
                _levels.RemoveAt(IndexOf(entry.Priority));
            }
        }

        // Those in front move back: mostly there are none.
        for (var i = start - 1; i >= 0; i--)
        {
            _ring[Slot(i + count)] = _ring[Slot(i)];
        }

        for (var i = 0; i < count; i++)
        {
            _ring[Slot(i)] = null;
        }

        _head = Slot(count);
        Count -= count;
    }

    /// <summary>The entry of a priority with the earliest deadline; null for none.</summary>
    public BatchEntry? FirstOf(int priority)
    {
        var at = 0;
        foreach (ref readonly var level in Levels)
        {
            if (level.Priority == priority)
            {
                return this[at];
            }

            at += level.Count;
        }

        return null;
    }

    // The first place whose entry is not before this one.
    private int Place(BatchEntry entry)
    {
        var (low, high) = (0, Count);
        if (high > 0 && this[high - 1].IsBefore(entry))
        {
            return high;
        }

        while (low < high)
        {
            var middle = (low + high) / 2;
            if (this[middle].IsBefore(entry))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    // The place of a priority's level, or where it would be. There are few.
    private int IndexOf(int priority)
    {
        var at = 0;
        while (at < _levels.Count && _levels[at].Priority > priority)
        {
            at++;
        }

        return at;
    }

    private ref PriorityLevel LevelOf(int priority)
    {
        var at = IndexOf(priority);
        if (at == _levels.Count || _levels[at].Priority != priority)
        {
            _levels.Insert(at, new PriorityLevel { Priority = priority });
        }

        return ref CollectionsMarshal.AsSpan(_levels)[at];
    }

    private int Slot(int index) => (_head + index) & (_ring.Length - 1);

    private void Grow()
    {
        var larger = new BatchEntry?[_ring.Length * 2];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = _ring[Slot(i)];
        }

        (_ring, _head) = (larger, 0);
    }
}
