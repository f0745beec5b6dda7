namespace MuLambda.Catalog.Metadata;

/// <summary>The name of an entry in a metadata store.</summary>
/// <param name="Kind">The noun's kind.</param>
/// <param name="Id">The noun's id, unique in its kind.</param>
public sealed record StoreKey(CatalogKind Kind, string Id);
