using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MuLambda.Catalog;
using MuLambda.Selection.Coordinates;

namespace MuLambda.Selection;

/// <summary>
/// What the clients ask for and what nodes measured to them. A round trip that is measured again touches only its client's demand; where
/// clients or reports come or go all are gathered anew, and the demands that come out the same stay, with the rows they made.
/// </summary>
internal sealed class DemandIndex
{
    private readonly RoundTripRows _rows = new();
    private IReadOnlyDictionary<string, Client>? _clients;
    private IReadOnlyDictionary<string, LatencyReport>? _latencies;
    private Dictionary<Traits, CandidateGroup> _groups = [];
    private Dictionary<string, int> _nodes = [];
    private RoundTripPredictor _predictor = RoundTripPredictor.Empty;

    // In the order in which the catalog's dictionary tells them, so that one pass finds what changed.
    private LatencyReport[] _reports = [];
    private Dictionary<(string From, string To), List<int>> _reportsBetweenNodes = [];
    private bool _hasSeveralOfOnePair;

    /// <summary>The demands by client.</summary>
    public Dictionary<string, Demand> Demands { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>The round trips between nodes, as clients that run on a node saw them.</summary>
    public ImmutableDictionary<(string From, string To), double> NodeRoundTripsMs { get; private set; } =
        ImmutableDictionary<(string From, string To), double>.Empty;

    /// <summary>What the rows of round trips take that demands have made, in bytes.</summary>
    public long RowBytes => _rows.Bytes;

    /// <summary>Takes in clients and reports, candidates and places as they are now.</summary>
    public void Update(
        IReadOnlyDictionary<string, Client> clients,
        IReadOnlyDictionary<string, LatencyReport> latencies,
        CandidateIndex candidates,
        NodePlaces places)
    {
        var sameCandidates = ReferenceEquals(candidates.Groups, _groups) && ReferenceEquals(candidates.Nodes, _nodes);
        var samePlaces = ReferenceEquals(places.Predictor, _predictor);
        if (!sameCandidates || !samePlaces)
        {
            _rows.Clear();
        }

        if (ReferenceEquals(clients, _clients) && sameCandidates && (ReferenceEquals(latencies, _latencies) || TryFollow(latencies)))
        {
            if (!samePlaces)
            {
                Move(places);
            }
        }
        else
        {
            // Until it is done nothing of before may be gone by.
            _clients = null;
            Gather(clients, latencies, candidates, places);
        }

        (_clients, _latencies) = (clients, latencies);
        (_groups, _nodes, _predictor) = (candidates.Groups, candidates.Nodes, places.Predictor);
    }

    /// <summary>Follows the reports where they are of the same pairs.</summary>
    private bool TryFollow(IReadOnlyDictionary<string, LatencyReport> latencies)
    {
        if (latencies.Count != _reports.Length || _hasSeveralOfOnePair)
        {
            return false;
        }

        Dictionary<string, Demand>? demands = null;
        var i = -1;
        foreach (var report in latencies.Values)
        {
            var known = _reports[++i];
            if (ReferenceEquals(report, known))
            {
                continue;
            }

            if (report.Client != known.Client || report.Node != known.Node || !IsRoundTrip(report) || !IsRoundTrip(known))
            {
                return false;
            }

            _reports[i] = report;
            if (report.MedianMs.Equals(known.MedianMs) || !_clients!.TryGetValue(report.Client, out var client))
            {
                continue;
            }

            if (client.Node is { } to)
            {
                FollowNodes((report.Node, to), known.MedianMs, report.MedianMs);
            }

            if (_nodes.TryGetValue(report.Node, out var node))
            {
                demands ??= new Dictionary<string, Demand>(Demands, StringComparer.Ordinal);
                ref var demand = ref CollectionsMarshal.GetValueRefOrNullRef(demands, report.Client);
                if (demand.With(node, report.MedianMs) is not { } next)
                {
                    return false;
                }

                demand = next;
            }
        }

        Demands = demands ?? Demands;
        return true;
    }

    // Of several clients on a node the nearest answer shows the network best.
    private void FollowNodes((string From, string To) pair, double beforeMs, double nowMs)
    {
        var leastMs = NodeRoundTripsMs[pair];
        if (nowMs <= leastMs)
        {
            NodeRoundTripsMs = NodeRoundTripsMs.SetItem(pair, nowMs);
        }
        else if (beforeMs <= leastMs)
        {
            NodeRoundTripsMs = NodeRoundTripsMs.SetItem(pair, _reportsBetweenNodes[pair].Min(i => _reports[i].MedianMs));
        }
    }

    private void Move(NodePlaces places)
    {
        var demands = new Dictionary<string, Demand>(Demands, StringComparer.Ordinal);
        foreach (var (client, demand) in Demands)
        {
            demands[client] = demand.With(places.Predictor, places.Moved);
        }

        Demands = demands;
    }

    private void Gather(
        IReadOnlyDictionary<string, Client> clients,
        IReadOnlyDictionary<string, LatencyReport> latencies,
        CandidateIndex candidates,
        NodePlaces places)
    {
        _reports = [.. latencies.Values];
        GatherNodes(clients);
        var numbers = new Dictionary<string, int>(clients.Count, StringComparer.Ordinal);
        foreach (var client in clients.Values)
        {
            numbers.TryAdd(client.Id, numbers.Count);
        }

        var sorted = SortedByClientAndNode(numbers, candidates.Nodes);
        var demands = new Dictionary<string, Demand>(clients.Count, StringComparer.Ordinal);
        var samples = new List<RoundTripSample>();
        var next = 0;
        foreach (var client in clients.Values)
        {
            samples.Clear();
            for (var number = numbers[client.Id]; next < sorted.Length && sorted[next].Client == number; next++)
            {
                var sample = new RoundTripSample(sorted[next].Node, _reports[sorted[next].Report].MedianMs);
                if (samples.Count > 0 && samples[^1].Node == sample.Node)
                {
                    // Two reports of one pair under different keys: the later counts.
                    samples[^1] = sample;
                    _hasSeveralOfOnePair = true;
                }
                else
                {
                    samples.Add(sample);
                }
            }

            demands[client.Id] = DemandOf(client, CollectionsMarshal.AsSpan(samples), candidates, places);
        }

        Demands = demands;
    }

    private Demand DemandOf(Client client, ReadOnlySpan<RoundTripSample> samples, CandidateIndex candidates, NodePlaces places)
    {
        var group = candidates.Groups.GetValueOrDefault(client.Criteria.Required);
        var isKnown = Demands.TryGetValue(client.Id, out var before)
            && before.Group == group && before.Criteria == client.Criteria && samples.SequenceEqual(before.Samples);
        return !isKnown || (samples.Length > 0 && !ReferenceEquals(candidates.Nodes, _nodes))
            ? new Demand(
                client.Id, client.Criteria, group,
                samples.IsEmpty ? null : new ClientRoundTrips(places.Predictor, samples.ToArray()), _rows)
            : ReferenceEquals(places.Predictor, _predictor) ? before! : before!.With(places.Predictor, places.Moved);
    }

    private (int Client, int Node, int Report)[] SortedByClientAndNode(Dictionary<string, int> clients, Dictionary<string, int> nodes)
    {
        var sorted = new List<(int Client, int Node, int Report)>(_reports.Length);
        for (var i = 0; i < _reports.Length; i++)
        {
            var report = _reports[i];
            if (IsRoundTrip(report) && clients.TryGetValue(report.Client, out var client) && nodes.TryGetValue(report.Node, out var node))
            {
                sorted.Add((client, node, i));
            }
        }

        sorted.Sort();
        return [.. sorted];
    }

    private void GatherNodes(IReadOnlyDictionary<string, Client> clients)
    {
        _hasSeveralOfOnePair = false;
        _reportsBetweenNodes = [];
        for (var i = 0; i < _reports.Length; i++)
        {
            var report = _reports[i];
            if (IsRoundTrip(report) && clients.TryGetValue(report.Client, out var client) && client.Node is { } node)
            {
                ref var reports = ref CollectionsMarshal.GetValueRefOrAddDefault(_reportsBetweenNodes, (report.Node, node), out _);
                (reports ??= []).Add(i);
            }
        }

        NodeRoundTripsMs = _reportsBetweenNodes.ToImmutableDictionary(
            pair => pair.Key, pair => pair.Value.Min(i => _reports[i].MedianMs));
    }

    private static bool IsRoundTrip(LatencyReport report) => report.MedianMs >= 0;
}
