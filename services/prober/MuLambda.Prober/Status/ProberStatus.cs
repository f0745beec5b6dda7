using MuLambda.Prober.Executors;
using MuLambda.Prober.Probes;

namespace MuLambda.Prober.Status;

/// <summary>What the prober sees; the answer to <c>GET /v1/status</c>.</summary>
/// <param name="Node">The node it runs on.</param>
/// <param name="Registry">The registry.</param>
/// <param name="Executors">The executors it accompanies.</param>
/// <param name="Clients">The number of clients it probes.</param>
/// <param name="Probes">Their probes by id, the first thousand.</param>
/// <param name="Coordinate">Where the node lies.</param>
internal sealed record ProberStatus(
    string Node,
    RegistryStatus Registry,
    IReadOnlyList<ExecutorStatus> Executors,
    int Clients,
    IReadOnlyList<ProbeStatus> Probes,
    CoordinateStatus Coordinate);
