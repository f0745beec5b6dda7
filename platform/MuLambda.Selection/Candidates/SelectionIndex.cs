using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// Makes a <see cref="SelectionSnapshot"/> from the catalog whenever that moves, and keeps what was learned from one to the next.
/// </summary>
/// <remarks>
/// Not for concurrent use; the snapshots it makes are. What did not change (told by reference, as the catalog's immutable
/// dictionaries allow) is taken over from the snapshot before.
/// </remarks>
public sealed class SelectionIndex
{
    private readonly QuarantineOptions _quarantine;
    private readonly Dictionary<string, (Executor Executor, ExecutorTrack Track)> _executors = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Executor, string Model), CandidateTrack> _candidates = [];
    private readonly Dictionary<string, ServiceTimeEstimator> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<Traits, TurnCounter> _turns = [];
    private IReadOnlyDictionary<string, Model>? _modelsBefore;
    private IReadOnlyDictionary<string, Executor>? _executorsBefore;
    private IReadOnlyDictionary<string, Client>? _clientsBefore;
    private IReadOnlyDictionary<string, LatencyReport>? _latenciesBefore;
    private SelectionSnapshot _snapshot = SelectionSnapshot.Empty;

    /// <summary>An index of an empty catalog.</summary>
    /// <param name="quarantine">How long executors that failed are left out; null for the default.</param>
    public SelectionIndex(QuarantineOptions? quarantine = null) => _quarantine = quarantine ?? QuarantineOptions.Default;

    /// <summary>Indexes the catalog as it is now.</summary>
    /// <param name="revision">The catalog's revision.</param>
    /// <param name="models">The models by <c>name@version</c>.</param>
    /// <param name="executors">The executors by id.</param>
    /// <param name="clients">The clients by id.</param>
    /// <param name="latencies">The latency reports by any key.</param>
    /// <returns>The snapshot to select from.</returns>
    public SelectionSnapshot Update(
        long revision,
        IReadOnlyDictionary<string, Model> models,
        IReadOnlyDictionary<string, Executor> executors,
        IReadOnlyDictionary<string, Client> clients,
        IReadOnlyDictionary<string, LatencyReport> latencies)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(executors);
        ArgumentNullException.ThrowIfNull(clients);
        ArgumentNullException.ThrowIfNull(latencies);
        var moved = !ReferenceEquals(models, _modelsBefore) || !ReferenceEquals(executors, _executorsBefore);
        var nodes = moved ? Nodes(executors) : _snapshot.Nodes;
        var groups = moved ? Groups(models, executors, nodes) : _snapshot.Groups;
        var talk = moved || !ReferenceEquals(clients, _clientsBefore) || !ReferenceEquals(latencies, _latenciesBefore);
        _snapshot = new SelectionSnapshot
        {
            Revision = revision,
            Models = models,
            Executors = moved ? _executors.ToDictionary(e => e.Key, e => e.Value.Track, StringComparer.Ordinal) : _snapshot.Executors,
            Nodes = nodes,
            Groups = groups,
            Demands = talk ? Demands(clients, latencies, groups, nodes) : _snapshot.Demands,
            NodeRoundTripsMs = talk ? NodeRoundTrips(clients, latencies) : _snapshot.NodeRoundTripsMs,
        };
        (_modelsBefore, _executorsBefore, _clientsBefore, _latenciesBefore) = (models, executors, clients, latencies);
        return _snapshot;
    }

    private static Dictionary<string, int> Nodes(IReadOnlyDictionary<string, Executor> executors)
    {
        var nodes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var executor in executors.Values)
        {
            nodes.TryAdd(executor.Node, nodes.Count);
        }

        return nodes;
    }

    private Dictionary<Traits, CandidateGroup> Groups(
        IReadOnlyDictionary<string, Model> models, IReadOnlyDictionary<string, Executor> executors, Dictionary<string, int> nodes)
    {
        var members = new Dictionary<Traits, List<Candidate>>();
        var seen = new HashSet<(string, string)>();
        foreach (var executor in executors.Values)
        {
            var track = Track(executor);
            foreach (var reference in executor.Models)
            {
                var key = reference.ToString();
                if (!models.TryGetValue(key, out var model) || !seen.Add((executor.Id, key)))
                {
                    continue;
                }

                var traits = model.Traits;
                if (!members.TryGetValue(traits, out var list))
                {
                    members[traits] = list = [];
                }

                list.Add(new Candidate(
                    executor, model, nodes[executor.Node], track, CandidateTrackOf(executor.Id, key, model), ModelService(key, model)));
            }
        }

        Forget(models, executors, seen);
        return members.ToDictionary(g => g.Key, g => new CandidateGroup(g.Key, Sorted(g.Value), Turns(g.Key)));
    }

    private static Candidate[] Sorted(List<Candidate> candidates)
    {
        candidates.Sort(static (x, y) =>
            x.Model.Bytes != y.Model.Bytes ? x.Model.Bytes.CompareTo(y.Model.Bytes)
            : string.CompareOrdinal(x.Model.Name, y.Model.Name) is var byName and not 0 ? byName
            : x.Model.Version != y.Model.Version ? x.Model.Version.CompareTo(y.Model.Version)
            : string.CompareOrdinal(x.Executor.Id, y.Executor.Id));
        return [.. candidates];
    }

    private ExecutorTrack Track(Executor executor)
    {
        var known = _executors.TryGetValue(executor.Id, out var entry);
        var track = known ? entry.Track : new ExecutorTrack(executor.Id, _quarantine);
        track.Follow(known ? entry.Executor : null, executor);
        _executors[executor.Id] = (executor, track);
        return track;
    }

    private CandidateTrack CandidateTrackOf(string executor, string key, Model model)
    {
        if (!_candidates.TryGetValue((executor, key), out var track))
        {
            track = new CandidateTrack(ServiceTimePrior.Of(model.Bytes), Turns(model.Traits).Current);
            _candidates[(executor, key)] = track;
        }

        return track;
    }

    private ServiceTimeEstimator ModelService(string key, Model model)
    {
        if (!_models.TryGetValue(key, out var estimator))
        {
            _models[key] = estimator = new ServiceTimeEstimator(ServiceTimePrior.Of(model.Bytes));
        }

        return estimator;
    }

    private TurnCounter Turns(Traits traits)
    {
        if (!_turns.TryGetValue(traits, out var turns))
        {
            _turns[traits] = turns = new TurnCounter();
        }

        return turns;
    }

    private void Forget(
        IReadOnlyDictionary<string, Model> models, IReadOnlyDictionary<string, Executor> executors, HashSet<(string, string)> seen)
    {
        foreach (var id in _executors.Keys.Where(id => !executors.ContainsKey(id)).ToList())
        {
            _executors.Remove(id);
        }

        foreach (var pair in _candidates.Keys.Where(pair => !seen.Contains(pair)).ToList())
        {
            _candidates.Remove(pair);
        }

        foreach (var key in _models.Keys.Where(key => !models.ContainsKey(key)).ToList())
        {
            _models.Remove(key);
        }

        if (_turns.Count > models.Count)
        {
            var used = models.Values.Select(m => m.Traits).ToHashSet();
            foreach (var traits in _turns.Keys.Where(traits => !used.Contains(traits)).ToList())
            {
                _turns.Remove(traits);
            }
        }
    }

    private static Dictionary<string, Demand> Demands(
        IReadOnlyDictionary<string, Client> clients,
        IReadOnlyDictionary<string, LatencyReport> latencies,
        Dictionary<Traits, CandidateGroup> groups,
        Dictionary<string, int> nodes)
    {
        var demands = new Dictionary<string, Demand>(clients.Count, StringComparer.Ordinal);
        foreach (var client in clients.Values)
        {
            demands[client.Id] = new Demand(
                client.Id, client.Criteria, groups.GetValueOrDefault(client.Criteria.Required),
                SelectionSnapshot.Unmeasured(nodes.Count));
        }

        foreach (var report in latencies.Values)
        {
            if (demands.TryGetValue(report.Client, out var demand) && nodes.TryGetValue(report.Node, out var node))
            {
                demand.RoundTripsMs[node] = report.MedianMs;
            }
        }

        return demands;
    }

    private static Dictionary<(string From, string To), double> NodeRoundTrips(
        IReadOnlyDictionary<string, Client> clients, IReadOnlyDictionary<string, LatencyReport> latencies)
    {
        // Of several clients on a node the nearest answer shows the network best.
        var roundTrips = new Dictionary<(string From, string To), double>();
        foreach (var report in latencies.Values)
        {
            if (clients.TryGetValue(report.Client, out var client) && client.Node is { } node)
            {
                var key = (report.Node, node);
                roundTrips[key] = roundTrips.TryGetValue(key, out var known)
                    ? Math.Min(known, report.MedianMs) : report.MedianMs;
            }
        }

        return roundTrips;
    }
}
