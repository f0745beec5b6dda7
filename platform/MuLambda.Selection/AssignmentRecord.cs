using System.Collections.Concurrent;

namespace MuLambda.Selection;

/// <summary>
/// What an <see cref="Assignment"/> remembers until it ends. Records are used again; the version tells an assignment whether the
/// record is still its own.
/// </summary>
internal sealed class AssignmentRecord
{
    private const int MostKept = 4096;

    private static readonly ConcurrentQueue<AssignmentRecord> Kept = new();

    private int _version;

    public ModelSelector Selector { get; private set; } = null!;

    public int Items { get; private set; }

    public int RequestsAhead { get; private set; }

    public int ItemsAhead { get; private set; }

    public bool Trial { get; private set; }

    public static AssignmentRecord Take(ModelSelector selector, int items, int requestsAhead, int itemsAhead, bool trial, out int version)
    {
        var record = t_last ?? (Kept.TryDequeue(out var kept) ? kept : new AssignmentRecord());
        t_last = null;
        record.Selector = selector;
        record.Items = items;
        record.RequestsAhead = requestsAhead;
        record.ItemsAhead = itemsAhead;
        record.Trial = trial;
        version = Volatile.Read(ref record._version);
        return record;
    }

    /// <summary>Whether the assignment of this version ends now, and not before.</summary>
    public bool TryEnd(int version) => Interlocked.CompareExchange(ref _version, version + 1, version) == version;

    /// <summary>Gives the record back after its end.</summary>
    public void Return()
    {
        if (t_last is null)
        {
            t_last = this;
        }
        else if (Kept.Count < MostKept)
        {
            Kept.Enqueue(this);
        }
    }

    [ThreadStatic]
    private static AssignmentRecord? t_last;
}
