namespace MuLambda.Catalog;

/// <summary>An application whose consumers ask for predictions.</summary>
/// <param name="Id">The client's id: 1 to 63 lower-case letters, digits and inner hyphens.</param>
/// <param name="Criteria">What it asks of a model.</param>
/// <param name="Slo">The service-level objective it wants held; null for none.</param>
/// <param name="ProbeEndpoint">The URL that answers round-trip probes; null where the client answers none.</param>
/// <param name="Node">The node it runs on; null where it is not known.</param>
/// <param name="LeaseSeconds">How long the registration lives without a renewal; null for a client that stays until it is deleted.</param>
public sealed record Client(
    string Id,
    Criteria Criteria,
    Slo? Slo = null,
    string? ProbeEndpoint = null,
    string? Node = null,
    double? LeaseSeconds = null);
