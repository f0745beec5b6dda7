namespace MuLambda.Catalog.Metadata;

/// <summary>One step of a commit: a <see cref="StorePut"/> or a <see cref="StoreDelete"/>.</summary>
/// <param name="Key">The entry concerned.</param>
/// <param name="ExpectedRevision">The revision the entry must be at before the commit, 0 for an entry that must not be
/// there; null for any.</param>
public abstract record StoreOperation(StoreKey Key, long? ExpectedRevision);
