using MuLambda.Catalog;

namespace MuLambda.Simulation;

/// <summary>The catalog as the registry has it, and the feed of its changes to the selectors.</summary>
/// <remarks>
/// A selector takes changes in when it next selects, all that have reached it by then together; what it would have made of each of them
/// alone nobody would have seen. Changes of an executor's state are the exception: a selector reacts to each.
/// </remarks>
internal sealed class CatalogState
{
    // Selectors without requests must not make the feed grow for ever.
    private const int MaxEntries = 4096;

    private readonly Topology _topology;
    private readonly EventQueue _queue;
    private readonly Executor?[] _executors;
    private readonly List<CatalogEntry> _entries = [];
    private IReadOnlyList<SelectorNode> _selectors = [];
    private long _dropped;

    public CatalogState(Topology topology, EventQueue queue)
    {
        (_topology, _queue) = (topology, queue);
        _executors = [.. topology.Spec.Executors.Select(topology.CatalogExecutor)];
        Models = Table(topology.Spec.Models.Select(Topology.CatalogModel), m => m.Reference.ToString());
        Clients = Table(topology.Phases.Select(p => new Client(p.Id, p.Criteria, Node: Topology.ClientNode)), c => c.Id);
        foreach (var executor in topology.Spec.Executors)
        {
            ExecutorKeys.Add(executor.Id);
        }
    }

    public CatalogTable<Model> Models { get; }

    public CatalogTable<Client> Clients { get; }

    /// <summary>The executors' ids, with the executors' indices.</summary>
    public CatalogKeys ExecutorKeys { get; } = new();

    /// <summary>The keys of the latency reports there were.</summary>
    public CatalogKeys LatencyKeys { get; } = new();

    public Executor? this[int executor] => _executors[executor];

    /// <summary>The position after the last change.</summary>
    public long End => _dropped + _entries.Count;

    /// <summary>The change at a position.</summary>
    public CatalogEntry this[long position] => _entries[(int)(position - _dropped)];

    public void Feed(IReadOnlyList<SelectorNode> selectors) => _selectors = selectors;

    public void Put(int executor, ExecutorState state, ExecutorLoad? load)
    {
        var known = _executors[executor];
        var next = (known ?? _topology.CatalogExecutor(_topology.Spec.Executors[executor])) with { State = state, Load = load };
        _executors[executor] = next;
        Add(new CatalogEntry(_queue.NowMs, executor, next, null), isUrgent: known?.State != state);
    }

    public void Remove(int executor)
    {
        if (_executors[executor] is not null)
        {
            _executors[executor] = null;
            Add(new CatalogEntry(_queue.NowMs, executor, null, null), isUrgent: true);
        }
    }

    public void Put(int node, int client, double medianMs, double tailMs, int samples)
    {
        var (from, to) = _topology.PhasesOf(client);
        var name = _topology.Spec.Nodes[node].Id;
        var at = VirtualTime.Begin.AddMilliseconds(_queue.NowMs);
        for (var phase = from; phase < to; phase++)
        {
            var report = new LatencyReport(name, _topology.Phases[phase].Id, medianMs, tailMs, samples, at);
            var key = LatencyKeys.Add(CatalogSnapshot.LatencyId(name, report.Client));
            Add(new CatalogEntry(_queue.NowMs, key, null, report), isUrgent: false);
        }
    }

    private static CatalogTable<T> Table<T>(IEnumerable<T> values, Func<T, string> key)
        where T : class
    {
        var keys = new CatalogKeys();
        var all = values.ToArray();
        foreach (var value in all)
        {
            keys.Add(key(value));
        }

        return new CatalogTable<T>(keys, all, all.Length);
    }

    private void Add(CatalogEntry entry, bool isUrgent)
    {
        _entries.Add(entry);
        for (var i = 0; isUrgent && i < _selectors.Count; i++)
        {
            _queue.Plan(_queue.NowMs + _topology.Spec.Selectors[i].FeedDelayMs, EventKind.Feed, i);
        }

        if (_entries.Count > MaxEntries && _selectors.Count > 0)
        {
            Trim();
        }
    }

    private void Trim()
    {
        var taken = long.MaxValue;
        foreach (var selector in _selectors)
        {
            selector.Follow();
            taken = Math.Min(taken, selector.Position);
        }

        _entries.RemoveRange(0, (int)(taken - _dropped));
        _dropped = taken;
    }
}
