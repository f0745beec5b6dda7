namespace MuLambda.Catalog.Metadata;

/// <summary>
/// Where the registry keeps the catalog's nouns, and the only thing it writes them to. Every change has a revision of its
/// own, one larger than the one before. Safe for concurrent callers.
/// </summary>
public interface IMetadataStore : IAsyncDisposable
{
    /// <summary>The store's life: a store that began anew has another one, and its revisions mean other things.</summary>
    string Epoch { get; }

    /// <summary>The revision of the last change; 0 where there was none.</summary>
    long Revision { get; }

    /// <summary>Carries out operations all or none; when the task ends they are durable and visible.</summary>
    /// <param name="operations">The operations; expected revisions are those before the first of them.</param>
    /// <param name="cancellationToken">Ends the wait; the operations may be carried out all the same.</param>
    /// <returns>The revisions, or the conflict for which nothing was written.</returns>
    /// <exception cref="ArgumentException">Outside <see cref="MetadataLimits"/>.</exception>
    /// <exception cref="MetadataStoreBusyException">Too many writes wait already.</exception>
    /// <exception cref="MetadataStoreException">The store cannot write.</exception>
    Task<StoreCommit> CommitAsync(
        IReadOnlyList<StoreOperation> operations, CancellationToken cancellationToken = default);

    /// <summary>Reads an entry.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The entry; null where it is not there.</returns>
    ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default);

    /// <summary>Reads all entries of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The entries, all of one revision.</returns>
    ValueTask<StoreListing> ListAsync(CatalogKind kind, CancellationToken cancellationToken = default);

    /// <summary>
    /// Restarts an entry's lease without a change: nothing is written, and after a restart of the store every lease begins
    /// anew in full.
    /// </summary>
    /// <param name="key">The entry.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where the entry is not there or its lease has expired; true for an entry without a lease.</returns>
    ValueTask<bool> RenewAsync(StoreKey key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Follows the changes after a revision in order, without a gap or a duplicate. Where they are no longer retained, the
    /// revision is 0, negative or larger than the store's, or was seen in another epoch, a snapshot comes first (and again whenever
    /// the reader falls behind what is retained): its begin, a put for every entry, and its end with the revision it is of.
    /// </summary>
    /// <param name="revision">The last revision seen.</param>
    /// <param name="epoch">The epoch it was seen in; null to compare the revision alone.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>The changes; ends when the store is disposed.</returns>
    IAsyncEnumerable<StoreChange> WatchAsync(
        long revision, string? epoch = null, CancellationToken cancellationToken = default);
}
