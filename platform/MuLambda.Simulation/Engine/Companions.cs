using MuLambda.Catalog;

namespace MuLambda.Simulation;

/// <summary>The nodes' companions: they look at their executors, renew registrations and report load.</summary>
internal sealed class Companions
{
    // The prober service counts an executor that only stays silent as failed after so many looks.
    private const int SilentLooks = 3;

    private readonly Topology _topology;
    private readonly EventQueue _queue;
    private readonly Servers _servers;
    private readonly CatalogState _catalog;
    private readonly int[] _silent;

    // When the registrations of a node were last renewed.
    private readonly double[] _renewedMs;

    public Companions(Topology topology, EventQueue queue, Servers servers, CatalogState catalog, long seed)
    {
        (_topology, _queue, _servers, _catalog) = (topology, queue, servers, catalog);
        _silent = new int[topology.Spec.Executors.Count];
        _renewedMs = new double[topology.Spec.Nodes.Count];
        var intervalMs = topology.Spec.LoadReports.IntervalMs;
        if (intervalMs <= 0)
        {
            return;
        }

        for (var node = 0; node < _renewedMs.Length; node++)
        {
            var phase = RequestChance.Of(seed, node, -2, 0).Uniform(0);
            queue.Plan(phase * intervalMs, EventKind.Look, node);
        }
    }

    /// <summary>The companion of a node looks at all its executors.</summary>
    public void Look(int node)
    {
        var reports = _topology.Spec.LoadReports;
        _queue.Plan(_queue.NowMs + reports.IntervalMs, EventKind.Look, node);
        if (_servers.IsCutOff(node))
        {
            return;
        }

        _renewedMs[node] = _queue.NowMs;
        foreach (var executor in _topology.ExecutorsOfNode[node])
        {
            Look(executor, reports.Loads);
        }
    }

    /// <summary>A node is cut off: unless it is back before, its registrations run out.</summary>
    public void CutOff(int node) =>
        _queue.Plan(_renewedMs[node] + _topology.Spec.LoadReports.LeaseMs, EventKind.Lease, node);

    public void Expire(int node)
    {
        if (!_servers.IsCutOff(node) || _queue.NowMs < _renewedMs[node] + _topology.Spec.LoadReports.LeaseMs)
        {
            return;
        }

        foreach (var executor in _topology.ExecutorsOfNode[node])
        {
            _catalog.Remove(executor);
        }
    }

    private void Look(int executor, bool loads)
    {
        var known = _catalog[executor];
        _silent[executor] = _servers.IsHung(executor) ? _silent[executor] + 1 : 0;
        var state = _servers.IsDown(executor) || _silent[executor] >= SilentLooks ? ExecutorState.Failed
            : _silent[executor] > 0 && known is not null ? known.State
            : ExecutorState.Ready;
        var load = loads && _servers.IsUp(executor) ? LoadOf(executor) : null;
        if (known is null || known.State != state || known.Load != load)
        {
            _catalog.Put(executor, state, load);
        }
    }

    private ExecutorLoad LoadOf(int executor)
    {
        var running = _servers.Running(executor);
        return new ExecutorLoad(running, _servers.Inside(executor) - running, _servers.TakeServiceMs(executor));
    }
}
