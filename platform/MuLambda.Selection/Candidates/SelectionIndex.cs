using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// Makes a <see cref="SelectionSnapshot"/> from the catalog whenever that moves, and keeps what was learned from one to the next.
/// </summary>
/// <remarks>
/// Not for concurrent use; the snapshots it makes are. What did not change (told by reference, as the catalog's immutable
/// dictionaries allow) is taken over from the snapshot before: an update looks at each noun of a part that changed, and does
/// work only for those that are others than before.
/// </remarks>
public sealed class SelectionIndex
{
    private static readonly Dictionary<string, SelectorReplica> NoSelectors = [];
    private static readonly Dictionary<string, Deployment> NoDeployments = [];

    private readonly CandidateIndex _candidates;
    private readonly NodePlaces _places = new();
    private readonly DemandIndex _demands = new();
    private readonly ColdIndex _cold;

    /// <summary>An index of an empty catalog.</summary>
    /// <param name="quarantine">How long executors that failed are left out; null for the default.</param>
    /// <param name="self">The selector's own id among those that share the executors; null where it is the only one.</param>
    /// <param name="time">The clock by which starts of executors are timed, the one that selections go by; null for the system's.</param>
    public SelectionIndex(QuarantineOptions? quarantine = null, string? self = null, TimeProvider? time = null)
    {
        _candidates = new CandidateIndex(quarantine ?? QuarantineOptions.Default, self);
        _cold = new ColdIndex(time ?? TimeProvider.System);
    }

    /// <summary>Indexes the catalog as it is now.</summary>
    /// <param name="revision">The catalog's revision.</param>
    /// <param name="models">The models by <c>name@version</c>.</param>
    /// <param name="executors">The executors by id.</param>
    /// <param name="clients">The clients by id.</param>
    /// <param name="latencies">The latency reports by any key.</param>
    /// <param name="nodes">The nodes by name, whose coordinates predict the round trips that nobody measured; may be empty.</param>
    /// <param name="selectors">The selectors that share the executors, by id; null for this one alone.</param>
    /// <param name="deployments">The deployments by their model's name; null for none.</param>
    /// <returns>The snapshot to select from.</returns>
    public SelectionSnapshot Update(
        long revision,
        IReadOnlyDictionary<string, Model> models,
        IReadOnlyDictionary<string, Executor> executors,
        IReadOnlyDictionary<string, Client> clients,
        IReadOnlyDictionary<string, LatencyReport> latencies,
        IReadOnlyDictionary<string, Node> nodes,
        IReadOnlyDictionary<string, SelectorReplica>? selectors = null,
        IReadOnlyDictionary<string, Deployment>? deployments = null)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(executors);
        ArgumentNullException.ThrowIfNull(clients);
        ArgumentNullException.ThrowIfNull(latencies);
        ArgumentNullException.ThrowIfNull(nodes);
        _candidates.Update(models, executors, selectors ?? NoSelectors);
        _places.Update(_candidates.Nodes, nodes);
        _demands.Update(clients, latencies, _candidates, _places);
        _cold.Update(models, executors, deployments ?? NoDeployments, _candidates.TrackOf);
        return new SelectionSnapshot
        {
            Revision = revision,
            Models = models,
            Executors = _candidates.Executors,
            Groups = _candidates.Groups,
            Demands = _demands.Demands,
            NodeRoundTripsMs = _demands.NodeRoundTripsMs,
            Cold = _cold.Candidates,
            Served = _cold.Served,
        };
    }
}
