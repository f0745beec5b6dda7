namespace MuLambda.Catalog.Metadata.Sqlite;

/// <summary>
/// The embedded metadata store: one SQLite file that one process holds. Reads come from memory. One loop writes: the
/// commits that wait become one transaction, flushed to the disk before any of them is acknowledged.
/// </summary>
public sealed class SqliteMetadataStore : IMetadataStore
{
    private readonly MetadataEngine _engine;

    private SqliteMetadataStore(MetadataEngine engine) => _engine = engine;

    /// <inheritdoc/>
    public string Epoch => _engine.Epoch;

    /// <inheritdoc/>
    public long Revision => _engine.Revision;

    /// <summary>Opens the store, creating it where it is not there yet. Leases begin anew in full.</summary>
    /// <param name="path">The database file; its directory is created.</param>
    /// <param name="options">The bounds; null for the defaults.</param>
    /// <param name="time">The clock of the leases; null for the system's.</param>
    /// <returns>The store.</returns>
    /// <exception cref="MetadataStoreException">The file is damaged, not a catalog, of another schema, or in use.</exception>
    public static SqliteMetadataStore Open(
        string path, SqliteMetadataOptions? options = null, TimeProvider? time = null)
    {
        var bounds = (options ?? new SqliteMetadataOptions()).ToBounds();
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var database = SqliteDatabase.Open(path);
        try
        {
            var (state, changes) = database.Load();
            return new SqliteMetadataStore(
                new MetadataEngine(database, state, changes, bounds, time ?? TimeProvider.System));
        }
        catch
        {
            database.Dispose();
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
