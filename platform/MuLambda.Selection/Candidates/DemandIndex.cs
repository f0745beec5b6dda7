using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MuLambda.Catalog;
using MuLambda.Selection.Coordinates;

namespace MuLambda.Selection;

/// <summary>
/// What the clients ask for and what nodes measured to them. A demand is made anew only where its client, its candidates, or what was
/// measured to its client changed; the others stay, with the rows they made.
/// </summary>
internal sealed class DemandIndex
{
    private readonly RoundTripRows _rows = new();
    private readonly HashSet<string> _measured = new(StringComparer.Ordinal);
    private readonly List<RoundTripSample> _samples = [];
    private ReportIndex _reports = null!;
    private NodeDistances _distances = null!;
    private IReadOnlyDictionary<string, Client>? _clients;
    private Dictionary<Traits, CandidateGroup> _groups = [];
    private Dictionary<string, int> _nodes = [];
    private RoundTripPredictor _predictor = RoundTripPredictor.Empty;
    private bool _isWhole;

    /// <summary>The demands by client.</summary>
    public Dictionary<string, Demand> Demands { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>The round trips between nodes, as clients that run on a node saw them.</summary>
    public ImmutableDictionary<(string From, string To), double> NodeRoundTripsMs => _distances.RoundTripsMs;

    /// <summary>Takes in clients and reports, candidates and places as they are now.</summary>
    public void Update(
        IReadOnlyDictionary<string, Client> clients,
        IReadOnlyDictionary<string, LatencyReport> latencies,
        CandidateIndex candidates,
        NodePlaces places)
    {
        if (!_isWhole)
        {
            // The first time, and after an update that failed midway.
            _reports = new ReportIndex();
            _distances = new NodeDistances(_reports);
            (_clients, Demands) = (null, new Dictionary<string, Demand>(StringComparer.Ordinal));
        }

        _isWhole = false;
        _reports.Update(latencies);
        _distances.Update(clients);
        _measured.Clear();
        foreach (var (before, now) in _reports.Changes)
        {
            _measured.Add((now ?? before)!.Client);
            _measured.Add((before ?? now)!.Client);
        }

        var sameCandidates = ReferenceEquals(candidates.Groups, _groups) && ReferenceEquals(candidates.Nodes, _nodes);
        var samePlaces = ReferenceEquals(places.Predictor, _predictor);
        if (!sameCandidates || !samePlaces)
        {
            _rows.Clear();
        }

        if (!sameCandidates || !samePlaces || !ReferenceEquals(clients, _clients))
        {
            Demands = clients.Values.ToDictionary(
                client => client.Id, client => DemandOf(client, candidates, places), StringComparer.Ordinal);
        }
        else
        {
            FollowMeasured(clients, candidates, places);
        }

        (_clients, _groups, _nodes, _predictor) = (clients, candidates.Groups, candidates.Nodes, places.Predictor);
        _isWhole = true;
    }

    private void FollowMeasured(IReadOnlyDictionary<string, Client> clients, CandidateIndex candidates, NodePlaces places)
    {
        Dictionary<string, Demand>? demands = null;
        foreach (var id in _measured)
        {
            if (clients.TryGetValue(id, out var client)
                && DemandOf(client, candidates, places) is var demand && demand != Demands[id])
            {
                demands ??= new Dictionary<string, Demand>(Demands, StringComparer.Ordinal);
                demands[id] = demand;
            }
        }

        Demands = demands ?? Demands;
    }

    private Demand DemandOf(Client client, CandidateIndex candidates, NodePlaces places)
    {
        var group = candidates.Groups.GetValueOrDefault(client.Criteria.Required);
        if (!Demands.TryGetValue(client.Id, out var before) || before.Group != group || before.Criteria != client.Criteria)
        {
            before = null;
        }

        var isMeasuredAnew = before is null || _measured.Contains(client.Id) || !ReferenceEquals(candidates.Nodes, _nodes);
        var samples = isMeasuredAnew ? SamplesOf(client.Id, candidates.Nodes) : [];
        if (before is not null && (!isMeasuredAnew || samples.SequenceEqual(before.Samples)))
        {
            return ReferenceEquals(places.Predictor, _predictor) ? before : before.With(places.Predictor, places.Moved);
        }

        return new Demand(
            client.Id, client.Criteria, group,
            samples.IsEmpty ? null : new ClientRoundTrips(places.Predictor, samples.ToArray()), _rows);
    }

    /// <summary>What nodes measured to a client, in order of their indices; valid until the next call.</summary>
    private ReadOnlySpan<RoundTripSample> SamplesOf(string client, Dictionary<string, int> nodes)
    {
        _samples.Clear();
        foreach (var report in _reports.Of(client))
        {
            if (report.MedianMs >= 0 && nodes.TryGetValue(report.Node, out var node))
            {
                _samples.Add(new RoundTripSample(node, report.MedianMs));
            }
        }

        var samples = CollectionsMarshal.AsSpan(_samples);
        samples.Sort(static (one, other) => one.Node != other.Node ? one.Node.CompareTo(other.Node) : one.RoundTripMs.CompareTo(other.RoundTripMs));

        // Of two reports of one pair, which only different keys make possible, the smaller counts.
        var count = 0;
        foreach (var sample in samples)
        {
            if (count == 0 || samples[count - 1].Node != sample.Node)
            {
                samples[count++] = sample;
            }
        }

        return samples[..count];
    }
}
