namespace MuLambda.Catalog.Metadata;

/// <summary>The entries of a kind at one revision.</summary>
/// <param name="Revision">The store's revision.</param>
/// <param name="Entries">The entries by id in ordinal order.</param>
public sealed record StoreListing(long Revision, IReadOnlyList<StoreEntry> Entries);
