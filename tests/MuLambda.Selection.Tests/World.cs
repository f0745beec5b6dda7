using System.Collections.Immutable;
using MuLambda.Catalog;

namespace MuLambda.Selection.Tests;

/// <summary>A catalog under construction and a selector over it.</summary>
internal sealed class World
{
    public static readonly Traits Digits = new("classification", "image", "label");

    private readonly SelectionIndex _index;
    private readonly int? _order;
    private ImmutableDictionary<string, Model> _models = ImmutableDictionary<string, Model>.Empty;
    private ImmutableDictionary<string, Executor> _executors = ImmutableDictionary<string, Executor>.Empty;
    private ImmutableDictionary<string, Client> _clients = ImmutableDictionary<string, Client>.Empty;
    private ImmutableDictionary<string, LatencyReport> _latencies = ImmutableDictionary<string, LatencyReport>.Empty;
    private ImmutableDictionary<string, Node> _nodes = ImmutableDictionary<string, Node>.Empty;
    private ImmutableDictionary<string, SelectorReplica> _selectors = ImmutableDictionary<string, SelectorReplica>.Empty;
    private ImmutableDictionary<string, Deployment> _deployments = ImmutableDictionary<string, Deployment>.Empty;
    private SelectionSnapshot? _snapshot;

    public World(string policy = "mulambda", long seed = 1, QuarantineOptions? quarantine = null, int? order = null, string? self = null)
    {
        _order = order;
        _index = new SelectionIndex(quarantine, self, Time);
        Selector = new ModelSelector(SelectionPolicies.Create(policy, seed), Time);
    }

    public ManualTime Time { get; } = new();

    public ModelSelector Selector { get; }

    public SelectionSnapshot Snapshot => _snapshot ??= _order is { } seed
        ? _index.Update(
            1, Ordered(_models, seed), Ordered(_executors, seed), Ordered(_clients, seed), Ordered(_latencies, seed), Ordered(_nodes, seed),
            Ordered(_selectors, seed), Ordered(_deployments, seed))
        : _index.Update(1, _models, _executors, _clients, _latencies, _nodes, _selectors, _deployments);

    public World Model(string name, double accuracy, long bytes = 1000, Traits? traits = null, long version = 1)
    {
        var (task, input, output) = traits ?? Digits;
        var model = new Model(
            name, version, task, input, output, new Accuracy("top-1", accuracy), [], ModelFormat.SavedModel, bytes, "", null, default);
        _models = _models.SetItem(model.Reference.ToString(), model);
        return Moved();
    }

    public World Executor(
        string id, string model, string node = "local", ExecutorState state = ExecutorState.Ready, string? reason = null,
        ExecutorLoad? load = null, string rest = "http://127.0.0.1:1") =>
        Executor(new Executor(id, node, [new ModelReference(model, 1)], new ExecutorEndpoints(rest), state, load, reason));

    public World Executor(Executor executor)
    {
        _executors = _executors.SetItem(executor.Id, executor);
        return Moved();
    }

    /// <summary>A deployment that may go to zero.</summary>
    public World Deployed(string model, long? version = null)
    {
        _deployments = _deployments.SetItem(model, new Deployment(model, version));
        return Moved();
    }

    public World NotDeployed(string model)
    {
        _deployments = _deployments.Remove(model);
        return Moved();
    }

    /// <summary>An executor that the platform launched for a deployment, with the steps that it has reached.</summary>
    public World Launched(string id, string model, ExecutorState state, string? reason, int launch, params LaunchStep[] steps) =>
        Executor(new Executor(
            id, "local", [new ModelReference(model, 1)], new ExecutorEndpoints("http://127.0.0.1:1"), state, Reason: reason,
            Launch: new ExecutorLaunch([model], DateTimeOffset.UnixEpoch.AddHours(launch), steps)));

    public World WithoutExecutor(string id)
    {
        _executors = _executors.Remove(id);
        return Moved();
    }

    public World Client(
        string id, double latency, double accuracy, double? maxLatencyMs = null, double? minAccuracy = null, Traits? traits = null,
        string? node = null)
    {
        var bounds = maxLatencyMs is null && minAccuracy is null ? null : new Bounds(maxLatencyMs, minAccuracy);
        _clients = _clients.SetItem(
            id, new Client(id, new Criteria(traits ?? Digits, new Preference(latency, accuracy), bounds), Node: node));
        return Moved();
    }

    public World Selectors(params string[] ids)
    {
        _selectors = ids.ToImmutableDictionary(id => id, id => new SelectorReplica(id));
        return Moved();
    }

    public World Latency(string node, string client, double medianMs)
    {
        _latencies = _latencies.SetItem(
            $"{node}/{client}", new LatencyReport(node, client, medianMs, medianMs * 2, 10, default));
        return Moved();
    }

    /// <summary>A node tells its coordinate: a place in a plane, and no height.</summary>
    public World Node(string name, double x, double y = 0)
    {
        _nodes = _nodes.SetItem(name, new Node(name, null, new NodeCoordinate([x, y], 0, 0.1)));
        return Moved();
    }

    /// <summary>The four classifiers of the digit zoo, an executor each.</summary>
    public static World DigitZoo(string policy = "mulambda", long seed = 1) => new World(policy, seed)
        .Model("linear", 0.92, 31_000).Executor("linear", "linear")
        .Model("mlp-small", 0.96, 400_000).Executor("mlp-small", "mlp-small")
        .Model("cnn", 0.99, 1_600_000).Executor("cnn", "cnn")
        .Model("mlp-wide", 0.98, 4_500_000).Executor("mlp-wide", "mlp-wide")
        .Client("fast", 1, 0).Client("balanced", 0.5, 0.5).Client("accurate", 0, 1);

    public Demand Demand(string client) =>
        Snapshot.TryGetDemand(client, out var demand) ? demand : throw new ArgumentException($"No client {client}.");

    public Assignment Select(string client, int items = 1, params string[] without) =>
        Selector.Select(Demand(client), items, without)
            ?? throw new ShouldAssertException(Explain(client).Detail);

    /// <summary>Selects and answers after a while of virtual time.</summary>
    public string Call(string client, Func<string, double> elapsedMs, int items = 1)
    {
        var assignment = Select(client, items);
        var executor = assignment.Decision.Candidate.Executor.Id;
        var elapsed = elapsedMs(executor);
        Time.Advance(TimeSpan.FromMilliseconds(elapsed));
        assignment.Complete(elapsed, networkMs: 0);
        return executor;
    }

    public Exclusion Explain(string client) => Selector.Explain(Snapshot, Demand(client), 1);

    // The same entries, met in another order.
    private static Dictionary<string, TValue> Ordered<TValue>(ImmutableDictionary<string, TValue> entries, int seed)
    {
        var keys = entries.Keys.Order(StringComparer.Ordinal).ToArray();
        new Random(seed).Shuffle(keys);
        return keys.ToDictionary(key => key, key => entries[key], StringComparer.Ordinal);
    }

    private World Moved()
    {
        _snapshot = null;
        return this;
    }
}
