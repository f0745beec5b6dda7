using MuLambda.Catalog;
using MuLambda.Prober.Coordinates;

namespace MuLambda.Prober.Status;

/// <summary>The node's coordinate and whom it is learned from.</summary>
/// <param name="Learned">Where the node lies as it sees itself now.</param>
/// <param name="Told">What the catalog should say; null before anything was learned.</param>
/// <param name="Peers">The other nodes' probers that are probed.</param>
internal sealed record CoordinateStatus(NodeCoordinate Learned, NodeCoordinate? Told, IReadOnlyList<PeerStatus> Peers);
