namespace MuLambda.Catalog.Metadata;

/// <summary>
/// Creates or replaces an entry and begins its lease anew. Where the entry is already just so, nothing is written and
/// its revision stays. Where the owner is not there, the put is passed over.
/// </summary>
/// <param name="Key">The entry.</param>
/// <param name="Value">The noun as JSON, at most <see cref="MetadataLimits.ValueBytes"/>.</param>
/// <param name="Lease">How long it lives without a renewal; null for ever.</param>
/// <param name="ExpectedRevision">The revision it must be at; 0 for absent, null for any.</param>
/// <param name="Owner">The entry whose deletion or expiry deletes this one as well; null for none.</param>
public sealed record StorePut(
    StoreKey Key,
    ReadOnlyMemory<byte> Value,
    TimeSpan? Lease = null,
    long? ExpectedRevision = null,
    StoreKey? Owner = null) : StoreOperation(Key, ExpectedRevision);
