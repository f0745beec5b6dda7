namespace MuLambda.Catalog.Metadata;

/// <summary>One change of a watched store, or the mark of a snapshot.</summary>
/// <param name="Type">What happened; never a heartbeat.</param>
/// <param name="Revision">The store's revision after it; in a snapshot the entry's own.</param>
/// <param name="Key">The entry; null for marks.</param>
/// <param name="Value">The noun put, as JSON; empty otherwise.</param>
public sealed record StoreChange(
    CatalogChangeType Type, long Revision, StoreKey? Key = null, ReadOnlyMemory<byte> Value = default);
