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
