namespace MuLambda.Prober.Probes;

/// <summary>A client's probes as the prober sees them.</summary>
/// <param name="Client">The client's id.</param>
/// <param name="Endpoint">Where it is probed.</param>
/// <param name="MedianMs">The median round trip; null before the first.</param>
/// <param name="TailMs">The 95th percentile; null before the first.</param>
/// <param name="Samples">How many round trips these rest on.</param>
/// <param name="Failures">The probes in a row without an answer.</param>
/// <param name="Refused">Whether it is refused because it lies outside of what may be probed.</param>
/// <param name="Reason">Why the last probe brought no round trip; null where it did.</param>
internal sealed record ProbeStatus(
    string Client,
    string Endpoint,
    double? MedianMs,
    double? TailMs,
    int Samples,
    int Failures,
    bool Refused,
    string? Reason);
