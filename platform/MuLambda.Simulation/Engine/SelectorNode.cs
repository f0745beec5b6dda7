using System.Collections.Immutable;
using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Simulation;

/// <summary>A selector: the service's index and selector over what of the catalog has reached it.</summary>
internal sealed class SelectorNode
{
    private readonly Topology _topology;
    private readonly EventQueue _queue;
    private readonly CatalogState _catalog;
    private readonly double _feedDelayMs;
    private readonly SelectionIndex _index;
    private readonly ModelSelector _selector;
    private readonly Demand?[] _demands;
    private readonly Dictionary<string, SelectorReplica> _selectors;
    private readonly CatalogPart<Executor> _executors;
    private readonly CatalogPart<LatencyReport> _latencies;
    private SelectionSnapshot _snapshot = SelectionSnapshot.Empty;

    // When the next change that has not been taken in yet reaches it.
    private double _nextMs = double.NegativeInfinity;

    public SelectorNode(
        Topology topology, EventQueue queue, CatalogState catalog, SelectorSpec spec, ISelectionPolicy policy, TimeProvider time,
        int self)
    {
        (_topology, _queue, _catalog, _feedDelayMs) = (topology, queue, catalog, spec.FeedDelayMs);
        _index = new SelectionIndex(spec.Quarantine, IdOf(self));
        _selectors = Enumerable.Range(0, topology.Spec.Selectors.Count).Select(i => new SelectorReplica(IdOf(i))).ToDictionary(replica => replica.Id);
        _selector = new ModelSelector(policy, time);
        _demands = new Demand?[topology.Phases.Count];
        _executors = new CatalogPart<Executor>(catalog.ExecutorKeys);
        _latencies = new CatalogPart<LatencyReport>(catalog.LatencyKeys);
        for (var i = 0; i < topology.Spec.Executors.Count; i++)
        {
            _executors.Set(i, catalog[i]);
        }
    }

    /// <summary>How far in the feed it is.</summary>
    public long Position { get; private set; }

    public Assignment? Select(int phase, int items, List<string>? without, double withinMs)
    {
        if (_catalog.End > Position && _queue.NowMs >= _nextMs)
        {
            Follow();
        }

        return _selector.Select(_demands[phase] ??= DemandOf(phase), items, without, withinMs);
    }

    /// <summary>Begins with all that is in the catalog, however new.</summary>
    public void Start() => Follow(double.PositiveInfinity);

    /// <summary>Takes in what of the catalog's changes has reached it.</summary>
    public void Follow() => Follow(_queue.NowMs - _feedDelayMs);

    private void Follow(double untilMs)
    {
        var moved = Position == 0;
        while (Position < _catalog.End)
        {
            var entry = _catalog[Position];
            if (entry.AtMs > untilMs)
            {
                _nextMs = entry.AtMs + _feedDelayMs;
                break;
            }

            Take(entry);
            Position++;
            moved = true;
        }

        if (!moved)
        {
            return;
        }

        _snapshot = _index.Update(
            Position, _catalog.Models, _executors.ToTable(), _catalog.Clients, _latencies.ToTable(),
            ImmutableDictionary<string, Node>.Empty, _selectors);
        Array.Clear(_demands);
    }

    private void Take(CatalogEntry entry)
    {
        if (entry.Latency is { } report)
        {
            _latencies.Set(entry.Index, report);
        }
        else
        {
            _executors.Set(entry.Index, entry.Executor);
        }
    }

    private static string IdOf(int selector) => FormattableString.Invariant($"selector-{selector}");

    private Demand DemandOf(int phase) =>
        _snapshot.TryGetDemand(_topology.Phases[phase].Id, out var demand)
            ? demand
            : throw new InvalidOperationException($"The catalog has no client '{_topology.Phases[phase].Id}'.");
}
