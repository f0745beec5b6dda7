using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// The candidates of the catalog in their groups, and what was learned of them. Where executors only report other loads, states or
/// endpoints, everything stays where it is and those that reported are shown anew; where executors come or go, or models change, the groups
/// are laid out again, and those that come out the same stay.
/// </summary>
internal sealed class CandidateIndex(QuarantineOptions quarantine, string? self)
{
    private readonly Dictionary<string, (Executor Executor, ExecutorTrack Track)> _tracks = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Executor, string Model), CandidateTrack> _candidates = [];
    private readonly Dictionary<string, ModelTrack> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<Traits, TurnCounter> _turns = [];
    private IReadOnlyDictionary<string, Model>? _modelsBefore;
    private IReadOnlyDictionary<string, Executor>? _executorsBefore;
    private IReadOnlyDictionary<string, SelectorReplica>? _selectorsBefore;
    private Ownership _ownership = new(self, new Dictionary<string, SelectorReplica>());

    // In the order in which the catalog's dictionary tells them, so that one pass finds what changed.
    private Member[] _members = [];

    /// <summary>The groups by what models of them do.</summary>
    public Dictionary<Traits, CandidateGroup> Groups { get; private set; } = [];

    /// <summary>The indices of the nodes that executors are on.</summary>
    public Dictionary<string, int> Nodes { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>What the selector knows of every executor, by id.</summary>
    public Dictionary<string, ExecutorTrack> Executors { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Takes in the models and executors as they are now.</summary>
    /// <param name="models">The models by <c>name@version</c>.</param>
    /// <param name="executors">The executors by id.</param>
    /// <param name="selectors">All selectors by id.</param>
    public void Update(
        IReadOnlyDictionary<string, Model> models, IReadOnlyDictionary<string, Executor> executors,
        IReadOnlyDictionary<string, SelectorReplica> selectors)
    {
        if (!ReferenceEquals(selectors, _selectorsBefore))
        {
            _ownership = new Ownership(self, selectors);
            _selectorsBefore = selectors;
            foreach (var (executor, track) in Executors)
            {
                track.IsOwn = _ownership.IsOwn(executor);
            }
        }

        var sameModels = ReferenceEquals(models, _modelsBefore);
        if (sameModels && ReferenceEquals(executors, _executorsBefore))
        {
            return;
        }

        // An update that fails midway must leave nothing that the next one goes by.
        _modelsBefore = null;
        if (!sameModels || !TryFollow(executors))
        {
            Lay(models, executors);
        }

        (_modelsBefore, _executorsBefore) = (models, executors);
    }

    /// <summary>What was learned of a model, whether or not an executor serves it now.</summary>
    public ModelTrack TrackOf(Model model) => ModelTrackOf(model.Reference.ToString(), model);

    /// <summary>Follows the executors where they are the same, of the same nodes and models.</summary>
    private bool TryFollow(IReadOnlyDictionary<string, Executor> executors)
    {
        if (executors.Count != _members.Length)
        {
            return false;
        }

        var i = 0;
        foreach (var executor in executors.Values)
        {
            ref var member = ref _members[i++];
            if (ReferenceEquals(executor, member.Executor))
            {
                continue;
            }

            if (!IsSameButForReports(executor, member.Executor))
            {
                return false;
            }

            Follow(executor);
            member = member with { Executor = executor };
            foreach (var (group, row) in member.Places)
            {
                Show(group, row, group.Candidates[row].With(executor));
            }
        }

        return true;
    }

    private static bool IsSameButForReports(Executor now, Executor before) =>
        now.Id == before.Id && now.Node == before.Node
        && (ReferenceEquals(now.Models, before.Models) || now.Models.SequenceEqual(before.Models));

    private static void Show(CandidateGroup group, int row, Candidate candidate)
    {
        group.Show(row, candidate);
        candidate.Track.Follow(candidate);
    }

    private void Lay(IReadOnlyDictionary<string, Model> models, IReadOnlyDictionary<string, Executor> executors)
    {
        var nodes = NodesOf(executors);
        var members = new Dictionary<Traits, List<Candidate>>();
        var seen = new HashSet<(string, string)>();
        foreach (var executor in executors.Values)
        {
            var track = Follow(executor);
            foreach (var reference in executor.Models)
            {
                var key = reference.ToString();
                if (models.TryGetValue(key, out var model) && seen.Add((executor.Id, key)))
                {
                    ListOf(members, model.Traits).Add(
                        new Candidate(executor, model, nodes[executor.Node], track, CandidateTrackOf(executor.Id, key, model)));
                }
            }
        }

        Forget(models, executors, seen);
        var groups = new Dictionary<Traits, CandidateGroup>(members.Count);
        var isLaidAnew = members.Count != Groups.Count;
        foreach (var (traits, list) in members)
        {
            var candidates = Sorted(list);
            if (Groups.TryGetValue(traits, out var before) && before.HasRowsOf(candidates))
            {
                groups[traits] = before;
            }
            else
            {
                groups[traits] = new CandidateGroup(traits, candidates, new CandidateColumns(candidates.Length), Turns(traits));
                isLaidAnew = true;
            }

            // What the catalog's own figures say, and what models learned since that did not reach all their rows.
            for (var row = 0; row < candidates.Length; row++)
            {
                groups[traits].Columns.ModelBytes[row] = candidates[row].Model.Bytes;
                Show(groups[traits], row, candidates[row]);
            }
        }

        if (isLaidAnew)
        {
            Place(groups);
        }

        _members = MembersOf(executors, groups);
        Nodes = nodes;
        Groups = groups;
        Executors = _tracks.ToDictionary(entry => entry.Key, entry => entry.Value.Track, StringComparer.Ordinal);
    }

    // The same one where the nodes are the same, so that whoever goes by their indices sees it.
    private Dictionary<string, int> NodesOf(IReadOnlyDictionary<string, Executor> executors)
    {
        var nodes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var executor in executors.Values)
        {
            nodes.TryAdd(executor.Node, nodes.Count);
        }

        return nodes.Count == Nodes.Count && nodes.All(node => Nodes.TryGetValue(node.Key, out var index) && index == node.Value)
            ? Nodes : nodes;
    }

    private static Member[] MembersOf(IReadOnlyDictionary<string, Executor> executors, Dictionary<Traits, CandidateGroup> groups)
    {
        var places = new Dictionary<ExecutorTrack, List<(CandidateGroup, int)>>();
        foreach (var group in groups.Values)
        {
            for (var row = 0; row < group.Candidates.Length; row++)
            {
                ListOf(places, group.Candidates[row].ExecutorTrack).Add((group, row));
            }
        }

        var byId = places.ToDictionary(place => place.Key.Id, place => place.Value.ToArray(), StringComparer.Ordinal);
        return [.. executors.Values.Select(executor => new Member(executor, byId.GetValueOrDefault(executor.Id, [])))];
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

    private ExecutorTrack Follow(Executor executor)
    {
        var known = _tracks.TryGetValue(executor.Id, out var entry);
        var track = known ? entry.Track : new ExecutorTrack(executor.Id, quarantine) { IsOwn = _ownership.IsOwn(executor.Id) };
        track.Follow(known ? entry.Executor : null, executor);
        _tracks[executor.Id] = (executor, track);
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
        foreach (var id in _tracks.Keys.Where(id => !executors.ContainsKey(id)).ToList())
        {
            _tracks.Remove(id);
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

    /// <summary>An executor and the rows of its candidates.</summary>
    private readonly record struct Member(Executor Executor, (CandidateGroup Group, int Row)[] Places);
}
