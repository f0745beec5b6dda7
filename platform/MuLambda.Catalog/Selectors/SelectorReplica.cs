namespace MuLambda.Catalog;

/// <summary>One of the selectors that share the executors.</summary>
/// <param name="Id">The selector's id, which no other has: 1 to 63 lower-case letters, digits and inner hyphens.</param>
/// <param name="Node">The node it runs on; null where that is not known.</param>
/// <param name="LeaseSeconds">How long the registration lives without a renewal.</param>
/// <param name="Rest">Where its REST API answers; null where that is not known.</param>
public sealed record SelectorReplica(
    string Id,
    string? Node = null,
    double LeaseSeconds = Leases.DefaultSeconds,
    string? Rest = null);
