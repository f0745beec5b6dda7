using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// The catalog, indexed for selection. Who is asked for what by whom, and the round trips, are of one revision and stay so;
/// <see cref="SelectionIndex"/> makes the next one. What is known of a candidate is not: load and state that its executor reports, what
/// requests taught and what is in flight are always the newest, in all snapshots that have the candidate.
/// </summary>
public sealed class SelectionSnapshot
{
    internal SelectionSnapshot()
    {
    }

    /// <summary>A snapshot of an empty catalog.</summary>
    public static SelectionSnapshot Empty { get; } = new();

    /// <summary>The catalog's revision.</summary>
    public long Revision { get; internal init; }

    /// <summary>What the selector knows of every executor, by id.</summary>
    public IReadOnlyDictionary<string, ExecutorTrack> Executors { get; internal init; } =
        new Dictionary<string, ExecutorTrack>();

    internal IReadOnlyDictionary<string, Model> Models { get; init; } = new Dictionary<string, Model>();

    internal Dictionary<Traits, CandidateGroup> Groups { get; init; } = [];

    internal Dictionary<string, Demand> Demands { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The round trips between nodes, as clients that run on a node saw them: by (executor's node, client's node).</summary>
    internal ImmutableDictionary<(string From, string To), double> NodeRoundTripsMs { get; init; } =
        ImmutableDictionary<(string From, string To), double>.Empty;

    /// <summary>Whether there are deployments that no executor is ready to serve.</summary>
    public bool HasCold => Cold.Count > 0;

    /// <summary>Whether one of these could answer a demand, as far as the required traits say.</summary>
    /// <param name="demand">What is asked for.</param>
    public bool HasColdFor(Demand demand)
    {
        ArgumentNullException.ThrowIfNull(demand);
        return HasCold && Cold.ContainsKey(demand.Criteria.Required);
    }

    internal Dictionary<Traits, ColdCandidate[]> Cold { get; init; } = [];

    /// <summary>The deployments that executors are ready to serve, as far as the catalog says: cold candidates as soon as all of these are left out.</summary>
    internal Dictionary<Traits, ColdCandidate[]> Served { get; init; } = [];

    /// <summary>The cold candidate of a model version.</summary>
    /// <param name="model">The model.</param>
    /// <returns>It; null where the model is not deployed, or an executor is ready to serve it that did not fail a moment ago.</returns>
    public ColdCandidate? ColdOf(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Array.Find(ColdFor(model.Traits), candidate => candidate.Model.Version == model.Version && candidate.Model.Name == model.Name);
    }

    /// <summary>Whether an executor is ready to serve a model version and not left out after a failure.</summary>
    /// <param name="model">The model.</param>
    public bool IsReady(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Exists(model, executor => !executor.IsQuarantined);
    }

    /// <summary>Whether a request may try an executor that was left out after a failure.</summary>
    /// <param name="model">The model.</param>
    /// <param name="time">The clock that selections go by.</param>
    public bool MayBeTried(Model model, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(time);
        var nowMs = time.GetTimestamp() * (1000.0 / time.TimestampFrequency);
        return Exists(model, executor => executor.Circuit.Admits(nowMs));
    }

    /// <summary>All that a request of these traits could wait for where nothing is ready for it, in order of their names.</summary>
    internal ColdCandidate[] ColdFor(Traits traits)
    {
        var cold = Cold.GetValueOrDefault(traits, []);
        var lost = Served.GetValueOrDefault(traits, []).Where(served => !IsReady(served.Model)).ToArray();
        return lost.Length == 0 ? cold : [.. cold.Concat(lost).OrderBy(candidate => candidate.Model.Name, StringComparer.Ordinal)];
    }

    private bool Exists(Model model, Func<ExecutorTrack, bool> condition) =>
        Groups.TryGetValue(model.Traits, out var group) && Array.Exists(
            group.Candidates,
            candidate => candidate.Executor.State == ExecutorState.Ready && candidate.IsOf(model) && condition(candidate.ExecutorTrack));

    /// <summary>Whether a model version is registered.</summary>
    /// <param name="model">The version, <c>name@version</c>.</param>
    public bool HasModel(string model) => Models.ContainsKey(model);

    /// <summary>What a registered client asks for.</summary>
    /// <param name="client">The client's id.</param>
    /// <param name="demand">Its demand.</param>
    /// <returns>False when there is no such client.</returns>
    public bool TryGetDemand(string client, [NotNullWhen(true)] out Demand? demand) =>
        Demands.TryGetValue(client, out demand);

    /// <summary>What criteria ask for that no client has registered; no round trip is known for them.</summary>
    /// <param name="criteria">The criteria.</param>
    /// <returns>The demand.</returns>
    public Demand DemandOf(Criteria criteria)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        return new Demand(null, criteria, Groups.GetValueOrDefault(criteria.Required));
    }

    /// <summary>The round trip between two nodes, in milliseconds.</summary>
    /// <param name="from">The executor's node.</param>
    /// <param name="to">The other node, such as the selector's.</param>
    /// <returns>0 for one and the same node; null where nobody measured it.</returns>
    public double? RoundTripMs(string from, string to) =>
        string.Equals(from, to, StringComparison.Ordinal) ? 0
        : NodeRoundTripsMs.TryGetValue((from, to), out var rttMs) ? rttMs : null;
}
