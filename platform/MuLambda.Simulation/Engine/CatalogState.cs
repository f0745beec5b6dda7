using System.Collections.Immutable;
using System.Globalization;
using MuLambda.Catalog;

namespace MuLambda.Simulation;

/// <summary>The catalog as the registry has it, and its feed to the selectors.</summary>
internal sealed class CatalogState
{
    private readonly Topology _topology;
    private readonly EventQueue _queue;
    private readonly ImmutableDictionary<string, Model> _models;
    private readonly ImmutableDictionary<string, Client> _clients;
    private readonly ImmutableDictionary<string, Executor>.Builder _executors;
    private readonly ImmutableDictionary<string, LatencyReport>.Builder _latencies;
    private IReadOnlyList<SelectorNode> _selectors = [];
    private long _revision;

    public CatalogState(Topology topology, EventQueue queue)
    {
        (_topology, _queue) = (topology, queue);
        var spec = topology.Spec;
        _models = spec.Models.Select(Topology.CatalogModel).ToImmutableDictionary(m => m.Reference.ToString(), StringComparer.Ordinal);
        _clients = topology.Phases
            .Select(p => new Client(p.Id, p.Criteria, Node: Topology.ClientNode))
            .ToImmutableDictionary(c => c.Id, StringComparer.Ordinal);
        _executors = ImmutableDictionary.CreateBuilder<string, Executor>(StringComparer.Ordinal);
        _latencies = ImmutableDictionary.CreateBuilder<string, LatencyReport>(StringComparer.Ordinal);
        for (var i = 0; i < spec.Executors.Count; i++)
        {
            Put(i, ExecutorState.Ready, null);
        }
    }

    public void Feed(IReadOnlyList<SelectorNode> selectors)
    {
        _selectors = selectors;
        var begin = Current();
        foreach (var selector in selectors)
        {
            selector.Follow(begin);
        }
    }

    public Executor? this[int executor] =>
        _executors.TryGetValue(_topology.Spec.Executors[executor].Id, out var known) ? known : null;

    public void Put(int executor, ExecutorState state, ExecutorLoad? load)
    {
        var spec = _topology.Spec.Executors[executor];
        _executors[spec.Id] = new Executor(
            spec.Id,
            _topology.Spec.Nodes[spec.Node].Id,
            [new ModelReference(_topology.Spec.Models[spec.Model].Name, 1)],
            new ExecutorEndpoints(string.Create(CultureInfo.InvariantCulture, $"http://{spec.Id}")),
            state,
            load);
    }

    public void Remove(int executor) => _executors.Remove(_topology.Spec.Executors[executor].Id);

    public void Put(int node, int client, double medianMs, double tailMs, int samples)
    {
        var (from, to) = _topology.PhasesOf(client);
        var name = _topology.Spec.Nodes[node].Id;
        var at = VirtualTime.Begin.AddMilliseconds(_queue.NowMs);
        for (var phase = from; phase < to; phase++)
        {
            var id = _topology.Phases[phase].Id;
            _latencies[CatalogSnapshot.LatencyId(name, id)] = new LatencyReport(name, id, medianMs, tailMs, samples, at);
        }
    }

    /// <summary>What was put since reaches every selector in its time, all at once.</summary>
    public void Publish()
    {
        var version = Current();
        for (var i = 0; i < _selectors.Count; i++)
        {
            _selectors[i].Expect(version);
            _queue.Plan(_queue.NowMs + _topology.Spec.Selectors[i].FeedDelayMs, EventKind.Feed, i);
        }
    }

    private CatalogVersion Current() =>
        new(++_revision, _models, _executors.ToImmutable(), _clients, _latencies.ToImmutable());
}
