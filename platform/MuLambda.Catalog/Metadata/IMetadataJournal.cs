namespace MuLambda.Catalog.Metadata;

/// <summary>Where a <see cref="MetadataEngine"/> writes what it has decided. One caller at a time.</summary>
internal interface IMetadataJournal : IAsyncDisposable
{
    /// <summary>The store's life.</summary>
    string Epoch { get; }

    /// <summary>Writes changes all or none; they are durable when the task ends. After an error they may be written.</summary>
    /// <param name="changes">The changes, in order.</param>
    /// <param name="state">The state after them.</param>
    /// <param name="oldest">Changes before this revision are no longer retained.</param>
    ValueTask WriteAsync(IReadOnlyList<StoreChange> changes, MetadataState state, long oldest);

    /// <summary>Tells what became of a write that ended in an error, and makes sure that it stays so.</summary>
    /// <param name="revision">The revision after that write.</param>
    /// <returns>Whether it was written.</returns>
    ValueTask<bool> SettleAsync(long revision);
}
