using MuLambda.Catalog.Metadata;

namespace MuLambda.Catalog.Redis;

/// <summary>
/// The metadata store on Redis, or on what speaks its protocol as Dragonfly does. One registry writes it and reads from
/// memory what it read when it was opened: the one opened last is the one; the one before it can write no more and says so.
/// </summary>
/// <remarks>
/// <para>A commit is one script, carried out whole or not at all, and is acknowledged when the server has carried it out.
/// What the server then does is its own setting: only with <c>appendonly yes</c> and <c>appendfsync always</c> is an
/// acknowledged commit on the disk. With <c>appendfsync everysec</c> a crash of the server loses up to its last second or
/// two, and with snapshots, which is what Dragonfly has, all since the last one. Its memory must be bounded by refusing
/// writes (<c>maxmemory-policy noeviction</c>), never by evicting keys.</para>
/// <para>What a crash of the server lost is noticed. A store that is open then refuses to write, for what it has
/// acknowledged is no longer there; opened again it begins a new <see cref="IMetadataStore.Epoch"/> with what is there
/// whenever the server was restarted without those two settings, so that no watcher takes a revision for another.</para>
/// <para>While the server does not answer, reads go on, a write is tried again for
/// <see cref="RedisMetadataOptions.WriteTimeout"/>, and the writes after that one fail at once until the connection is back.
/// A write that failed so may have been carried out; the store finds out before it writes the next.</para>
/// </remarks>
public sealed class RedisMetadataStore : IMetadataStore
{
    private readonly MetadataEngine _engine;

    private RedisMetadataStore(MetadataEngine engine) => _engine = engine;

    /// <inheritdoc/>
    public string Epoch => _engine.Epoch;

    /// <inheritdoc/>
    public long Revision => _engine.Revision;

    /// <summary>Opens the store, creating it where it is not there yet. Leases begin anew in full. A server that is starting
    /// is waited for.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="time">The clock of the leases; null for the system's.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The store.</returns>
    /// <exception cref="ArgumentException">An option is malformed or outside its limits.</exception>
    /// <exception cref="MetadataStoreException">The server cannot be reached or refuses, or what it holds is damaged or of
    /// another schema.</exception>
    public static async Task<RedisMetadataStore> OpenAsync(
        RedisMetadataOptions options, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var bounds = options.ToBounds();
        var journal = await RedisJournal.OpenAsync(options, cancellationToken);
        try
        {
            var (state, changes) = await journal.LoadAsync(cancellationToken);
            return new RedisMetadataStore(
                new MetadataEngine(journal, state, changes, bounds, time ?? TimeProvider.System));
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<StoreCommit> CommitAsync(
        IReadOnlyList<StoreOperation> operations, CancellationToken cancellationToken = default) =>
        _engine.CommitAsync(operations, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default) =>
        _engine.GetAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StoreListing> ListAsync(CatalogKind kind, CancellationToken cancellationToken = default) =>
        _engine.ListAsync(kind, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> RenewAsync(StoreKey key, CancellationToken cancellationToken = default) =>
        _engine.RenewAsync(key, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoreChange> WatchAsync(
        long revision, string? epoch = null, CancellationToken cancellationToken = default) =>
        _engine.WatchAsync(revision, epoch, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}
