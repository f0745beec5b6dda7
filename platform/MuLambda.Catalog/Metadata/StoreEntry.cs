namespace MuLambda.Catalog.Metadata;

/// <summary>An entry of a metadata store.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Revision">The revision of its last change.</param>
/// <param name="Value">The noun as JSON.</param>
/// <param name="Lease">How long it lives without a renewal; null for ever.</param>
/// <param name="Owner">The entry it is deleted with; null for none.</param>
public sealed record StoreEntry(
    StoreKey Key, long Revision, ReadOnlyMemory<byte> Value, TimeSpan? Lease = null, StoreKey? Owner = null);
