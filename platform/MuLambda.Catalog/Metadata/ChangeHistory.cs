using System.Diagnostics.CodeAnalysis;

namespace MuLambda.Catalog.Metadata;

/// <summary>The last changes, bounded by number and bytes, for watchers to resume from.</summary>
internal sealed class ChangeHistory(int maxChanges, long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly Queue<StoreChange> _trimmable = new();
    private readonly Dictionary<long, StoreChange> _byRevision = [];
    private TaskCompletionSource _appended = NewSignal();
    private long _bytes;
    private long _last;
    private bool _closed;

    /// <summary>The oldest retained revision; one beyond the last where none is.</summary>
    public long Oldest { get; private set; } = 1;

    /// <summary>Begins after a revision whose changes are not retained.</summary>
    public void Reset(long revision)
    {
        lock (_lock)
        {
            _trimmable.Clear();
            _byRevision.Clear();
            _bytes = 0;
            _last = revision;
            Oldest = revision + 1;
        }
    }

    /// <summary>Appends changes and publishes the state after them, as one step to whoever reads changes.</summary>
    public void Append(IReadOnlyList<StoreChange> changes, Action publish)
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            publish();
            foreach (var change in changes)
            {
                _trimmable.Enqueue(change);
                _byRevision.Add(change.Revision, change);
                _bytes += change.Value.Length;
                _last = change.Revision;
            }

            while (_trimmable.Count > maxChanges || (_bytes > maxBytes && _trimmable.Count > 0))
            {
                var oldest = _trimmable.Dequeue();
                _byRevision.Remove(oldest.Revision);
                _bytes -= oldest.Value.Length;
                Oldest = oldest.Revision + 1;
            }

            signal = _appended;
            _appended = NewSignal();
        }

        signal.TrySetResult();
    }

    /// <summary>Reads changes after a revision.</summary>
    /// <returns>False where they are not all retained; otherwise the changes, none for a reader at the end, and then
    /// what ends when there are more.</returns>
    public bool TryRead(
        long revision, int limit, [NotNullWhen(true)] out StoreChange[]? changes, out Task appended, out bool closed)
    {
        lock (_lock)
        {
            appended = _appended.Task;
            closed = _closed;
            if (revision < Oldest - 1 || revision > _last)
            {
                changes = null;
                return false;
            }

            changes = new StoreChange[(int)Math.Min(limit, _last - revision)];
            for (var i = 0; i < changes.Length; i++)
            {
                changes[i] = _byRevision[revision + 1 + i];
            }

            return true;
        }
    }

    public void Close()
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            _closed = true;
            signal = _appended;
        }

        signal.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
