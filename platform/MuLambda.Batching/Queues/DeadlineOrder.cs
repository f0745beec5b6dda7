namespace MuLambda.Batching;

/// <summary>
/// Entries in the order of service: earliest deadline first among equal priority. A ring: requests mostly come with later deadlines than those that wait,
/// and leave from the front, so both ends are cheap.
/// </summary>
internal sealed class DeadlineOrder
{
    private BatchEntry?[] _ring = new BatchEntry?[16];
    private int _head;

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
            Items -= this[start + i].Items;
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

    /// <summary>The place of the earliest deadline among those of the lowest priority; of no use without entries.</summary>
    public int FirstOfLowestPriority()
    {
        var lowest = this[Count - 1].Priority;
        var (low, high) = (0, Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = this[middle].Priority > lowest ? (middle + 1, high) : (low, middle);
        }

        return low;
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
