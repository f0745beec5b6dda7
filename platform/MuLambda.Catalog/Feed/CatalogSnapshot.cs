using System.Collections.Immutable;
using System.Globalization;

namespace MuLambda.Catalog;

/// <summary>
/// The whole catalog at one revision. Immutable: <see cref="Apply"/> answers a new one, so readers need no lock.
/// </summary>
public sealed record CatalogSnapshot
{
    /// <summary>The catalog without any noun, at revision 0.</summary>
    public static CatalogSnapshot Empty { get; } = new();

    private CatalogSnapshot()
    {
    }

    /// <summary>The revision that the snapshot is of; the feed goes on after it.</summary>
    public long Revision { get; private init; }

    /// <summary>The life of the store that <see cref="Revision"/> counts in; null before the first snapshot of the feed.</summary>
    public string? Epoch { get; private init; }

    /// <summary>False between the beginning and the end of a snapshot of the feed, when nouns are still missing.</summary>
    public bool IsComplete { get; private init; } = true;

    /// <summary>The model versions by <c>name@version</c>.</summary>
    public ImmutableDictionary<string, Model> Models { get; private init; } = Create<Model>();

    /// <summary>The executors by id.</summary>
    public ImmutableDictionary<string, Executor> Executors { get; private init; } = Create<Executor>();

    /// <summary>The clients by id.</summary>
    public ImmutableDictionary<string, Client> Clients { get; private init; } = Create<Client>();

    /// <summary>The latency reports by <c>node/client</c> (<see cref="LatencyId"/>).</summary>
    public ImmutableDictionary<string, LatencyReport> Latencies { get; private init; } = Create<LatencyReport>();

    /// <summary>The nodes by name.</summary>
    public ImmutableDictionary<string, Node> Nodes { get; private init; } = Create<Node>();

    /// <summary>The selectors by id.</summary>
    public ImmutableDictionary<string, SelectorReplica> Selectors { get; private init; } = Create<SelectorReplica>();

    /// <summary>The reports on clients' objectives by <c>selector/client</c> (<see cref="SloId"/>).</summary>
    public ImmutableDictionary<string, SloReport> Slos { get; private init; } = Create<SloReport>();

    /// <summary>The deployments by their model's name.</summary>
    public ImmutableDictionary<string, Deployment> Deployments { get; private init; } = Create<Deployment>();

    /// <summary>Who leads, by what is led.</summary>
    public ImmutableDictionary<string, Leadership> Leaderships { get; private init; } = Create<Leadership>();

    /// <summary>The id of a latency report in the catalog.</summary>
    /// <param name="node">The node that measured.</param>
    /// <param name="client">The client measured.</param>
    /// <returns><c>node/client</c>.</returns>
    public static string LatencyId(string node, string client) => $"{node}/{client}";

    /// <summary>The id of a report on a client's objective in the catalog.</summary>
    /// <param name="selector">The selector that counted.</param>
    /// <param name="client">The client.</param>
    /// <returns><c>selector/client</c>.</returns>
    public static string SloId(string selector, string client) => $"{selector}/{client}";

    /// <summary>The id of a decision in the catalog: a later one takes the place of the one <see cref="CatalogLimits.Decisions"/> before it.</summary>
    /// <param name="model">The deployment.</param>
    /// <param name="sequence">The decision's sequence.</param>
    /// <returns><c>model/slot</c>.</returns>
    public static string DecisionId(string model, long sequence) =>
        string.Create(CultureInfo.InvariantCulture, $"{model}/{sequence % CatalogLimits.Decisions}");

    /// <summary>The catalog after a change.</summary>
    /// <param name="change">The next line of the feed.</param>
    /// <returns>The new snapshot; this one where the change changes nothing.</returns>
    /// <exception cref="ArgumentException">A put without its noun, or a delete without kind and id.</exception>
    public CatalogSnapshot Apply(CatalogChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        switch (change.Type)
        {
            case CatalogChangeType.SnapshotBegin:
                return Empty with { IsComplete = false };
            case CatalogChangeType.SnapshotEnd:
                return this with { IsComplete = true, Revision = change.Revision, Epoch = change.Epoch };
            case CatalogChangeType.Put:
                return Put(change) with { Revision = IsComplete ? change.Revision : Revision };
            case CatalogChangeType.Delete:
                return Delete(change) with { Revision = IsComplete ? change.Revision : Revision };
            default:
                return this;
        }
    }

    private CatalogSnapshot Put(CatalogChange change) => change switch
    {
        { Kind: CatalogKind.Model, Model: { } model } =>
            this with { Models = Models.SetItem(model.Reference.ToString(), model) },
        { Kind: CatalogKind.Executor, Executor: { } executor } =>
            this with { Executors = Executors.SetItem(executor.Id, executor) },
        { Kind: CatalogKind.Client, Client: { } client } =>
            this with { Clients = Clients.SetItem(client.Id, client) },
        { Kind: CatalogKind.Latency, Latency: { } latency } =>
            this with { Latencies = Latencies.SetItem(LatencyId(latency.Node, latency.Client), latency) },
        { Kind: CatalogKind.Node, Node: { } node } =>
            this with { Nodes = Nodes.SetItem(node.Id, node) },
        { Kind: CatalogKind.Selector, Selector: { } selector } =>
            this with { Selectors = Selectors.SetItem(selector.Id, selector) },
        { Kind: CatalogKind.Slo, Slo: { } slo } =>
            this with { Slos = Slos.SetItem(SloId(slo.Selector, slo.Client), slo) },
        { Kind: CatalogKind.Deployment, Deployment: { } deployment } =>
            this with { Deployments = Deployments.SetItem(deployment.Model, deployment) },
        { Kind: CatalogKind.Leadership, Leadership: { } leadership } =>
            this with { Leaderships = Leaderships.SetItem(leadership.Name, leadership) },

        // Decisions are for those who ask; nothing acts on them.
        { Kind: CatalogKind.Decision, Decision: not null } => this,
        _ => throw new ArgumentException(
            $"The put of revision {change.Revision} carries no noun of its kind ({change.Kind}).", nameof(change)),
    };

    private CatalogSnapshot Delete(CatalogChange change)
    {
        if (change.Id is not { } id)
        {
            throw new ArgumentException($"The delete of revision {change.Revision} carries no id.", nameof(change));
        }

        return change.Kind switch
        {
            CatalogKind.Model => this with { Models = Models.Remove(id) },
            CatalogKind.Executor => this with { Executors = Executors.Remove(id) },
            CatalogKind.Client => this with { Clients = Clients.Remove(id) },
            CatalogKind.Latency => this with { Latencies = Latencies.Remove(id) },
            CatalogKind.Node => this with { Nodes = Nodes.Remove(id) },
            CatalogKind.Selector => this with { Selectors = Selectors.Remove(id) },
            CatalogKind.Slo => this with { Slos = Slos.Remove(id) },
            CatalogKind.Deployment => this with { Deployments = Deployments.Remove(id) },
            CatalogKind.Leadership => this with { Leaderships = Leaderships.Remove(id) },
            CatalogKind.Decision => this,
            _ => throw new ArgumentException(
                $"The delete of revision {change.Revision} carries no kind.", nameof(change)),
        };
    }

    private static ImmutableDictionary<string, T> Create<T>() =>
        ImmutableDictionary.Create<string, T>(StringComparer.Ordinal);
}
