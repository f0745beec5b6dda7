namespace MuLambda.Catalog;

/// <summary>One of the selectors that share the executors.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Node">The node it runs on; null where that is not known.</param>
public sealed record SelectorReplica(string Id, string? Node = null);
