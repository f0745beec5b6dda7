using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace MuLambda.Catalog.Metadata;

/// <summary>
/// A metadata store in memory before a journal that keeps it. Reads come from memory. One loop writes: the commits that
/// wait become one write of the journal, durable before any of them is acknowledged.
/// </summary>
internal sealed class MetadataEngine : IMetadataStore
{
    private const int MaxGroup = 512;
    private const long MaxGroupBytes = 16 * 1024 * 1024;
    private const int WatchBatch = 256;

    private readonly IMetadataJournal _journal;
    private readonly MetadataBounds _bounds;
    private readonly ChangeHistory _history;
    private readonly LeaseTable _leases;
    private readonly Channel<Work> _queue;
    private readonly Task _writer;
    private volatile MetadataState _state;
    private StagedCommits? _doubtful;
    private int _disposed;

    /// <param name="journal">Where changes are written; disposed with the engine.</param>
    /// <param name="state">What the journal holds.</param>
    /// <param name="changes">The changes that the journal retained, in order.</param>
    /// <param name="bounds">The bounds.</param>
    /// <param name="time">The clock of the leases, which begin anew in full.</param>
    public MetadataEngine(
        IMetadataJournal journal,
        MetadataState state,
        IReadOnlyList<StoreChange> changes,
        MetadataBounds bounds,
        TimeProvider time)
    {
        _journal = journal;
        _bounds = bounds;
        _state = state;
        _history = new ChangeHistory(bounds.RetainedChanges, bounds.RetainedBytes);
        _queue = Channel.CreateBounded<Work>(
            new BoundedChannelOptions(bounds.QueuedCommits) { SingleReader = true });

        // Without all the changes up to the revision the history would have a gap: then it begins here.
        var whole = changes.Count > 0 && changes[^1].Revision == _state.Revision
            && changes[^1].Revision - changes[0].Revision == changes.Count - 1;
        _history.Reset(whole ? changes[0].Revision - 1 : _state.Revision);
        _history.Append(whole ? changes : [], static () => { });

        _leases = new LeaseTable(time, keys => _queue.Writer.TryWrite(new Work(null, keys, default)));
        foreach (var entry in _state.All())
        {
            _leases.Set(entry.Key, entry.Lease);
        }

        _writer = Task.Run(WriteAsync);
    }

    /// <inheritdoc/>
    public string Epoch => _journal.Epoch;

    /// <inheritdoc/>
    public long Revision => _state.Revision;

    /// <inheritdoc/>
    public Task<StoreCommit> CommitAsync(
        IReadOnlyList<StoreOperation> operations, CancellationToken cancellationToken = default)
    {
        MetadataLimits.Check(operations);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        var work = new Work(operations, null, cancellationToken);
        if (!_queue.Writer.TryWrite(work))
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
            throw new MetadataStoreBusyException(
                $"{_bounds.QueuedCommits} commits wait to be written already; no more are taken.");
        }

        return work.Done.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ValueTask.FromResult(_state.Find(key));
    }

    /// <inheritdoc/>
    public ValueTask<StoreListing> ListAsync(CatalogKind kind, CancellationToken cancellationToken = default)
    {
        var state = _state;
        return ValueTask.FromResult(new StoreListing(state.Revision, [.. state.List(kind).Values]));
    }

    /// <inheritdoc/>
    public ValueTask<bool> RenewAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ValueTask.FromResult(_leases.TryRenew(key) ?? _state.Find(key) is { Lease: null });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoreChange> WatchAsync(
        long revision, string? epoch = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (epoch is not null && epoch != Epoch)
        {
            revision = 0;
        }

        var resumable = revision > 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            StoreChange[]? changes = null;
            var appended = Task.CompletedTask;
            var closed = false;
            if (!resumable || !_history.TryRead(revision, WatchBatch, out changes, out appended, out closed))
            {
                var state = _state;
                yield return new StoreChange(CatalogChangeType.SnapshotBegin, 0);
                foreach (var entry in state.All())
                {
                    yield return new StoreChange(CatalogChangeType.Put, entry.Revision, entry.Key, entry.Value);
                }

                yield return new StoreChange(CatalogChangeType.SnapshotEnd, state.Revision);
                revision = state.Revision;
                resumable = true;
                continue;
            }

            foreach (var change in changes)
            {
                yield return change;
                revision = change.Revision;
            }

            if (closed)
            {
                yield break;
            }

            if (changes.Length == 0)
            {
                await appended.WaitAsync(cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // What was taken is still written.
        _leases.Dispose();
        _queue.Writer.TryComplete();
        await _writer;
        _history.Close();
        await _journal.DisposeAsync();
    }

    private async Task WriteAsync()
    {
        var group = new List<Work>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            var bytes = 0L;
            while (group.Count < MaxGroup && bytes < MaxGroupBytes && _queue.Reader.TryRead(out var work))
            {
                group.Add(work);
                bytes += work.Bytes;
            }

            await WriteAsync(group);
        }
    }

    private async Task WriteAsync(List<Work> group)
    {
        var commits = new StoreCommit?[group.Count];
        StagedCommits staged;
        try
        {
            await SettleAsync();
            staged = new StagedCommits(_state);
            Stage(group, staged, commits);
            if (staged.Changes.Count > 0)
            {
                _doubtful = staged;
                await _journal.WriteAsync(staged.Changes, staged.State, _history.Oldest);
                _doubtful = null;
            }
        }
        catch (Exception exception)
        {
            // Say to each of the group that it is not known to be written, and go on with what was.
            foreach (var work in group)
            {
                work.Done.TrySetException(exception);
                _leases.Postpone(work.Expired ?? []);
            }

            return;
        }

        Publish(staged);
        foreach (var (index, work) in group.Index())
        {
            if (commits[index] is { } commit)
            {
                work.Done.TrySetResult(commit);
            }
            else
            {
                work.Done.TrySetCanceled(work.CancellationToken);
            }
        }
    }

    /// <summary>Before anything follows a write that failed, what became of it must be known.</summary>
    private async Task SettleAsync()
    {
        if (_doubtful is { } doubtful)
        {
            if (await _journal.SettleAsync(doubtful.State.Revision))
            {
                Publish(doubtful);
            }

            _doubtful = null;
        }
    }

    private void Stage(List<Work> group, StagedCommits staged, StoreCommit?[] commits)
    {
        foreach (var (index, work) in group.Index())
        {
            if (work.Operations is { } operations && !work.CancellationToken.IsCancellationRequested)
            {
                commits[index] = staged.Apply(operations);
            }

            foreach (var key in work.Expired ?? [])
            {
                if (!staged.Touched.Contains(key) && _leases.TryBeginExpiry(key))
                {
                    staged.Expire(key);
                }
            }
        }
    }

    private void Publish(StagedCommits staged)
    {
        foreach (var change in staged.Changes)
        {
            if (change.Type == CatalogChangeType.Delete)
            {
                _leases.Remove(change.Key!);
            }
        }

        foreach (var key in staged.Touched)
        {
            _leases.Set(key, staged.State.Find(key)!.Lease);
        }

        if (staged.Changes.Count > 0)
        {
            _history.Append(staged.Changes, () => _state = staged.State);
        }
    }

    /// <summary>What waits for the writer: a commit of a caller, or entries whose leases ran out.</summary>
    private sealed record Work(
        IReadOnlyList<StoreOperation>? Operations,
        IReadOnlyList<StoreKey>? Expired,
        CancellationToken CancellationToken)
    {
        public long Bytes { get; } = Operations?.Sum(static o => o is StorePut put ? put.Value.Length : 0L) ?? 0;

        public TaskCompletionSource<StoreCommit> Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
