namespace MuLambda.Simulation;

/// <summary>The nodes' probes of the clients, and their reports: the rules are those of the prober service.</summary>
internal sealed class Probers
{
    // A new report is due where a figure moved by more than this share and this much.
    private const double RelativeChange = 0.1;
    private const double AbsoluteChangeMs = 0.05;

    // Probes are up to a tenth of the interval early or late.
    private const double Jitter = 0.1;
    private const double Tail = 0.95;
    private const double ReportRoundMs = 1000;

    private readonly Topology _topology;
    private readonly EventQueue _queue;
    private readonly Servers _servers;
    private readonly CatalogState _catalog;
    private readonly ProbeSpec _spec;
    private readonly long _seed;
    private readonly int _clients;
    private readonly Pair[] _pairs;
    private readonly List<int>[] _measured;
    private readonly double[] _sorted;

    public Probers(Topology topology, EventQueue queue, Servers servers, CatalogState catalog, long seed)
    {
        (_topology, _queue, _servers, _catalog, _seed) = (topology, queue, servers, catalog, seed);
        _spec = topology.Spec.Probes;
        _clients = topology.Spec.Clients.Count;
        _sorted = new double[_spec.Window];
        var nodes = topology.Spec.Nodes.Count;
        _measured = _spec.Enabled ? [.. Enumerable.Range(0, nodes).Select(_ => new List<int>())] : [];
        _pairs = _spec.Enabled ? new Pair[nodes * _clients] : [];
        if (!_spec.Enabled)
        {
            return;
        }

        var roundMs = Math.Min(ReportRoundMs, _spec.IntervalMs);
        for (var node = 0; node < nodes; node++)
        {
            for (var client = 0; client < _clients; client++)
            {
                var pair = (node * _clients) + client;
                if (_spec.Warm)
                {
                    Sample(pair, node, client);
                    Report(pair, node, client);
                }

                queue.Plan(ChanceOf(node, client).Uniform(0) * _spec.IntervalMs, EventKind.Probe, node, client);
            }

            queue.Plan(RequestChance.Of(seed, node, -3, 0).Uniform(0) * roundMs, EventKind.Report, node);
        }
    }

    /// <summary>A node has measured its round trip to a client.</summary>
    public void Probe(int node, int client)
    {
        var pair = (node * _clients) + client;
        var around = 1 + (Jitter * ((2 * ChanceOf(node, client).Uniform(_pairs[pair].Count + 1)) - 1));
        _queue.Plan(_queue.NowMs + (_spec.IntervalMs * around), EventKind.Probe, node, client);
        Sample(pair, node, client);
        _measured[node].Add(client);
    }

    /// <summary>A node reports what changed.</summary>
    public void Report(int node)
    {
        _queue.Plan(_queue.NowMs + Math.Min(ReportRoundMs, _spec.IntervalMs), EventKind.Report, node);
        if (_servers.IsCutOff(node))
        {
            return;
        }

        foreach (var client in _measured[node])
        {
            Report((node * _clients) + client, node, client);
        }

        _measured[node].Clear();
    }

    private RequestChance ChanceOf(int node, int client) => RequestChance.Of(_seed, client, -4, node);

    private void Sample(int pair, int node, int client)
    {
        ref var state = ref _pairs[pair];
        var chance = RequestChance.Of(_seed, client, -5, ((long)node << 32) | (uint)state.Count);
        var sampleMs = _servers.IsCutOff(node) ? _spec.TimeoutMs : Math.Min(
            _spec.TimeoutMs, _topology.RoundTripMs(node, client) + (_topology.JitterMs(node) * chance.Uniform(0)));
        state.Samples ??= new float[_spec.Window];
        state.Samples[state.Count++ % _spec.Window] =
            (float)(_spec.WholeMilliseconds ? Math.Round(sampleMs, MidpointRounding.AwayFromZero) : sampleMs);
    }

    private void Report(int pair, int node, int client)
    {
        ref var state = ref _pairs[pair];
        var count = Math.Min(state.Count, _spec.Window);
        var sorted = _sorted.AsSpan(0, count);
        for (var i = 0; i < count; i++)
        {
            sorted[i] = state.Samples![i];
        }

        sorted.Sort();
        var medianMs = count % 2 == 1 ? sorted[count / 2] : (sorted[(count / 2) - 1] + sorted[count / 2]) / 2;
        var tailMs = sorted[(int)Math.Ceiling(Math.Round(Tail * count, 9)) - 1];
        if (state.Reported
            && _queue.NowMs - state.ReportedAtMs < _spec.ReportEveryMs
            && !Differs(state.MedianMs, medianMs)
            && !Differs(state.TailMs, tailMs))
        {
            return;
        }

        (state.Reported, state.ReportedAtMs, state.MedianMs, state.TailMs) = (true, _queue.NowMs, (float)medianMs, (float)tailMs);
        _catalog.Put(node, client, medianMs, tailMs, count);
    }

    private static bool Differs(double before, double now)
    {
        var change = Math.Abs(now - before);
        return change > AbsoluteChangeMs && change > RelativeChange * before;
    }

    private struct Pair
    {
        public float[]? Samples;
        public int Count;
        public bool Reported;
        public double ReportedAtMs;
        public float MedianMs;
        public float TailMs;
    }
}
