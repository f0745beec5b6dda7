namespace MuLambda.Prober.Coordinates;

/// <summary>Another prober as this one sees it.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Endpoint">Where it is probed.</param>
/// <param name="RoundTripMs">The last round trip; null where the last probe brought none.</param>
/// <param name="Reason">Why it brought none; null where it did.</param>
internal sealed record PeerStatus(string Node, string Endpoint, double? RoundTripMs, string? Reason);
