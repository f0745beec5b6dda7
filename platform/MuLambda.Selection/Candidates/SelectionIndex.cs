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
    private readonly Dictionary<string, ModelTrack> _models = new(StringComparer.Ordinal);
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

                list.Add(new Candidate(executor, model, nodes[executor.Node], track, CandidateTrackOf(executor.Id, key, model)));
            }
        }

        Forget(models, executors, seen);
        var groups = new Dictionary<Traits, CandidateGroup>(members.Count);
        var laidOutAnew = false;
        foreach (var (traits, list) in members)
        {
            var candidates = Sorted(list);
            var columns = ColumnsOf(traits, candidates);
            laidOutAnew |= columns is null;
            groups[traits] = new CandidateGroup(traits, candidates, columns ?? new CandidateColumns(candidates.Length), Turns(traits));
        }

        if (laidOutAnew || groups.Count != _snapshot.Groups.Count)
        {
            Place(groups);
        }

        Refresh(groups);
        return groups;
    }

    // The columns stay as long as the same candidates are in the same rows.
    private CandidateColumns? ColumnsOf(Traits traits, Candidate[] candidates)
    {
        if (!_snapshot.Groups.TryGetValue(traits, out var before) || before.Candidates.Length != candidates.Length)
        {
            return null;
        }

        for (var row = 0; row < candidates.Length; row++)
        {
            if (before.Candidates[row].Track != candidates[row].Track
                || before.Candidates[row].ExecutorTrack != candidates[row].ExecutorTrack)
            {
                return null;
            }
        }

        return before.Columns;
    }

    private static void Place(Dictionary<Traits, CandidateGroup> groups)
    {
        var byExecutor = new Dictionary<ExecutorTrack, List<CandidateRow>>();
        var byModel = new Dictionary<ModelTrack, List<CandidateTrack>>();
        foreach (var group in groups.Values)
        {
            for (var row = 0; row < group.Candidates.Length; row++)
            {
                var candidate = group.Candidates[row];
                var place = new CandidateRow(group.Columns, row);
                candidate.Track.Place(place);
                ListOf(byExecutor, candidate.ExecutorTrack).Add(place);
                ListOf(byModel, candidate.Track.Model).Add(candidate.Track);
            }
        }

        foreach (var (executor, rows) in byExecutor)
        {
            executor.Place([.. rows]);
        }

        foreach (var (model, candidates) in byModel)
        {
            model.Place([.. candidates]);
        }
    }

    // What the catalog's own figures say, and what models learned since that did not reach all their rows.
    private static void Refresh(Dictionary<Traits, CandidateGroup> groups)
    {
        foreach (var group in groups.Values)
        {
            for (var row = 0; row < group.Candidates.Length; row++)
            {
                var candidate = group.Candidates[row];
                group.Columns.ModelBytes[row] = candidate.Model.Bytes;
                candidate.Track.Follow(candidate);
            }
        }
    }

    private static List<TItem> ListOf<TKey, TItem>(Dictionary<TKey, List<TItem>> lists, TKey key)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        return list;
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
            track = new CandidateTrack(
                ModelTrackOf(key, model), ServiceTimePrior.Of(model.Bytes), model.Accuracy.Value, Turns(model.Traits).Current);
            _candidates[(executor, key)] = track;
        }

        return track;
    }

    private ModelTrack ModelTrackOf(string key, Model model)
    {
        if (!_models.TryGetValue(key, out var track))
        {
            _models[key] = track = new ModelTrack(ServiceTimePrior.Of(model.Bytes), model.Accuracy.Value);
        }

        return track;
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
