namespace MuLambda.Catalog;

/// <summary>A node on which a prober runs.</summary>
/// <param name="Id">The node's name: 1 to 63 lower-case letters, digits and inner hyphens.</param>
/// <param name="ProbeEndpoint">The URL that answers the probes of other nodes with its coordinate; null where it answers none.</param>
/// <param name="Coordinate">Where it lies; null while that is not known.</param>
/// <param name="LeaseSeconds">How long the registration lives without a renewal.</param>
public sealed record Node(
    string Id,
    string? ProbeEndpoint = null,
    NodeCoordinate? Coordinate = null,
    double LeaseSeconds = Leases.DefaultSeconds);
