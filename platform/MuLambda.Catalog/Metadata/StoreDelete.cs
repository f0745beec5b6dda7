namespace MuLambda.Catalog.Metadata;

/// <summary>Deletes an entry and those it owns. Where it is not there, nothing is written.</summary>
/// <param name="Key">The entry.</param>
/// <param name="ExpectedRevision">The revision it must be at; null for any.</param>
public sealed record StoreDelete(StoreKey Key, long? ExpectedRevision = null) : StoreOperation(Key, ExpectedRevision);
