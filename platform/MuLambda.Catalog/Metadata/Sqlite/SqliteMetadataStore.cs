using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace MuLambda.Catalog.Metadata.Sqlite;

/// <summary>
/// The embedded metadata store: one SQLite file that one process holds. Reads come from memory. One loop writes: the
/// commits that wait become one transaction, flushed to the disk before any of them is acknowledged.
/// </summary>
public sealed class SqliteMetadataStore : IMetadataStore
{
    private const int MaxGroup = 512;
    private const int WatchBatch = 256;

    private readonly SqliteDatabase _database;
    private readonly SqliteMetadataOptions _options;
    private readonly ChangeHistory _history;
    private readonly LeaseTable _leases;
    private readonly Channel<Work> _queue;
    private readonly Task _writer;
    private volatile MetadataState _state;
    private int _disposed;

    private SqliteMetadataStore(SqliteDatabase database, SqliteMetadataOptions options, TimeProvider time)
    {
        _database = database;
        _options = options;
        _history = new ChangeHistory(options.RetainedChanges, options.RetainedBytes);
        _queue = Channel.CreateBounded<Work>(
            new BoundedChannelOptions(options.QueuedCommits) { SingleReader = true });
        (_state, var changes) = database.Load();

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
    public string Epoch => _database.Epoch;

    /// <inheritdoc/>
    public long Revision => _state.Revision;

    /// <summary>Opens the store, creating it where it is not there yet. Leases begin anew in full.</summary>
    /// <param name="path">The database file; its directory is created.</param>
    /// <param name="options">The bounds; null for the defaults.</param>
    /// <param name="time">The clock of the leases; null for the system's.</param>
    /// <returns>The store.</returns>
    /// <exception cref="MetadataStoreException">The file is damaged, not a catalog, of another schema, or in use.</exception>
    public static SqliteMetadataStore Open(
        string path, SqliteMetadataOptions? options = null, TimeProvider? time = null)
    {
        options ??= new SqliteMetadataOptions();
        options.Validate();
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var database = SqliteDatabase.Open(path);
        try
        {
            return new SqliteMetadataStore(database, options, time ?? TimeProvider.System);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

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
                $"{_options.QueuedCommits} commits wait to be written already; no more are taken.");
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
        _database.Dispose();
    }

    private async Task WriteAsync()
    {
        var group = new List<Work>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < MaxGroup && _queue.Reader.TryRead(out var work))
            {
                group.Add(work);
            }

            Write(group);
        }
    }

    private void Write(List<Work> group)
    {
        var staged = new StagedCommits(_state);
        var commits = new StoreCommit?[group.Count];
        var expiring = new List<StoreKey>();
        try
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
                        expiring.Add(key);
                        staged.Expire(key);
                    }
                }
            }

            if (staged.Changes.Count > 0)
            {
                _database.Write(staged.Changes, staged.State, _history.Oldest);
            }
        }
        catch (Exception exception)
        {
            // None of the group is written: say so to each, and go on with what was.
            foreach (var work in group)
            {
                work.Done.TrySetException(exception);
            }

            _leases.Postpone(expiring);
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
        public TaskCompletionSource<StoreCommit> Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
