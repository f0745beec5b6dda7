namespace MuLambda.Scaling;

/// <summary>
/// A sliding window over counts that only grow: remembers what they were at the beginning of each of its slots, so that the window's share is a
/// difference. It reaches back to the beginning of a slot, so it covers up to one slot (1/60) more than its length.
/// </summary>
internal sealed class WindowRing
{
    /// <summary>The slots that a window is divided into.</summary>
    public const int Slots = 60;

    private readonly RequestCounts[] _beginnings = new RequestCounts[Slots + 1];
    private readonly long _slotTicks;
    private long _slot;

    public WindowRing(TimeSpan window)
    {
        Window = window;
        _slotTicks = Math.Max(1, window.Ticks / Slots);
    }

    public TimeSpan Window { get; }

    /// <summary>When the next slot begins.</summary>
    public long NextTicks => (_slot + 1) * _slotTicks;

    /// <summary>Goes on to the slot of a time; what was counted until then is of the slots before.</summary>
    public void Advance(long nowTicks, RequestCounts counts)
    {
        var slot = nowTicks / _slotTicks;
        for (var next = Math.Max(_slot + 1, slot - Slots); next <= slot; next++)
        {
            _beginnings[next % _beginnings.Length] = counts;
        }

        _slot = Math.Max(_slot, slot);
    }

    /// <summary>What the window holds at the time it was last advanced to.</summary>
    public RequestCounts Read(RequestCounts counts)
    {
        var first = _slot - Slots;
        return first < 0 ? counts : counts - _beginnings[first % _beginnings.Length];
    }
}
