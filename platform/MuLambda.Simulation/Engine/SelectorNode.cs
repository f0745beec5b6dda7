using MuLambda.Selection;

namespace MuLambda.Simulation;

/// <summary>A selector: the service's index and selector over what of the catalog has reached it.</summary>
internal sealed class SelectorNode
{
    private readonly Topology _topology;
    private readonly SelectionIndex _index;
    private readonly ModelSelector _selector;
    private readonly Demand?[] _demands;
    private readonly double?[] _networkMs;
    private readonly Queue<CatalogVersion> _expected = new();
    private SelectionSnapshot _snapshot = SelectionSnapshot.Empty;

    public SelectorNode(Topology topology, SelectorSpec spec, ISelectionPolicy policy, TimeProvider time)
    {
        _topology = topology;
        _index = new SelectionIndex(spec.Quarantine);
        _selector = new ModelSelector(policy, time);
        _demands = new Demand?[topology.Phases.Count];
        _networkMs = new double?[topology.Spec.Nodes.Count];
    }

    public void Expect(CatalogVersion version) => _expected.Enqueue(version);

    public void FollowNext() => Follow(_expected.Dequeue());

    public void Follow(CatalogVersion version)
    {
        _snapshot = _index.Update(
            version.Revision, version.Models, version.Executors, version.Clients, version.Latencies);
        Array.Clear(_demands);
        for (var node = 0; node < _networkMs.Length; node++)
        {
            _networkMs[node] = _snapshot.RoundTripMs(_topology.Spec.Nodes[node].Id, Topology.ClientNode);
        }
    }

    public Assignment? Select(int phase, int items, List<string>? without) =>
        _selector.Select(_demands[phase] ??= DemandOf(phase), items, without);

    /// <summary>The network's share of calls to a node, as far as the selector knows.</summary>
    public double? NetworkMs(int node) => _networkMs[node];

    private Demand DemandOf(int phase) =>
        _snapshot.TryGetDemand(_topology.Phases[phase].Id, out var demand)
            ? demand
            : throw new InvalidOperationException($"The catalog has no client '{_topology.Phases[phase].Id}'.");
}
