using System.Collections.Immutable;
using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.MicroBenchmarks.Selection;

/// <summary>
/// A catalog of many executors with one set of traits: eight executors a node, models of sizes and accuracies spread as in a zoo, and one
/// client whose round trip to every node is measured. The same size gives the same catalog.
/// </summary>
internal sealed class BenchmarkCatalog
{
    public const string Client = "client";

    private const int ExecutorsOfANode = 8;
    private const int MostModels = 64;
    private static readonly Traits Traits = new("classification", "image", "label");

    private readonly SelectionIndex _index = new();
    private readonly ImmutableDictionary<string, Model> _models;
    private readonly ImmutableDictionary<string, Client> _clients;
    private ImmutableDictionary<string, Executor> _executors;
    private ImmutableDictionary<string, LatencyReport> _latencies;
    private ImmutableDictionary<string, Node> _nodes;
    private long _revision;

    public BenchmarkCatalog(int executors)
    {
        var random = new Random(executors);
        var models = Enumerable.Range(0, Math.Min(executors, MostModels)).Select(i => new Model(
            $"model-{i}", 1, Traits.Task, Traits.Input, Traits.Output, new Accuracy("top-1", 0.5 + (random.NextDouble() / 2)), [],
            ModelFormat.SavedModel, random.Next(10_000, 50_000_000), "", null, default)).ToList();
        _models = models.ToImmutableDictionary(model => model.Reference.ToString());
        _executors = Enumerable.Range(0, executors).Select(i => new Executor(
            $"executor-{i}", $"node-{i / ExecutorsOfANode}", [models[i % models.Count].Reference],
            new ExecutorEndpoints("http://127.0.0.1:8501"), ExecutorState.Ready, new ExecutorLoad(0, 0)))
            .ToImmutableDictionary(executor => executor.Id);
        _clients = ImmutableDictionary<string, Client>.Empty.Add(
            Client, new Client(Client, new Criteria(Traits, new Preference(0.5, 0.5))));
        _latencies = _executors.Values.Select(executor => executor.Node).Distinct().Order(StringComparer.Ordinal)
            .Select(node => Report(node, 1 + (random.NextDouble() * 100))).ToImmutableDictionary(report => report.Node);
        _nodes = _latencies.Keys.Order(StringComparer.Ordinal)
            .Select(node => Place(node, 100 * random.NextDouble())).ToImmutableDictionary(node => node.Id);
        Snapshot = Update();
    }

    public SelectionSnapshot Snapshot { get; private set; }

    public Demand Demand => Snapshot.TryGetDemand(Client, out var demand) ? demand : throw new InvalidOperationException("The client is missing.");

    /// <summary>A node's prober reports another load of its executor, as it does every few seconds.</summary>
    public SelectionSnapshot Heartbeat(string executor, ExecutorLoad load)
    {
        _executors = _executors.SetItem(executor, _executors[executor] with { Load = load });
        return Snapshot = Update();
    }

    /// <summary>A node's prober reports another round trip to the client.</summary>
    public SelectionSnapshot RoundTrip(string node, double medianMs)
    {
        _latencies = _latencies.SetItem(node, Report(node, medianMs));
        return Snapshot = Update();
    }

    /// <summary>A node tells another coordinate.</summary>
    public SelectionSnapshot Move(string node, double x)
    {
        _nodes = _nodes.SetItem(node, Place(node, x));
        return Snapshot = Update();
    }

    /// <summary>
    /// The state of a platform at work: every executor has answered a few times, in about the time that its model's size suggests, and each
    /// second one has a request in flight.
    /// </summary>
    public void Work()
    {
        const int Answers = 3;
        var selector = new ModelSelector(SelectionPolicies.Create("round-robin", seed: 1), TimeProvider.System);
        var random = new Random(1);
        for (var i = 0; i < Answers * _executors.Count; i++)
        {
            var assignment = selector.Select(Demand, 1) ?? throw new InvalidOperationException("No candidate is left.");
            var serviceMs = 2 + (assignment.Decision.Candidate.Model.Bytes / 1e6);
            assignment.Complete(assignment.Decision.Estimate.RttMs + (serviceMs * (0.9 + (0.2 * random.NextDouble()))));
        }

        for (var i = 0; i < _executors.Count; i++)
        {
            var assignment = selector.Select(Demand, 1) ?? throw new InvalidOperationException("No candidate is left.");
            if (i % 2 == 0)
            {
                assignment.Dispose();
            }
        }
    }

    private static LatencyReport Report(string node, double medianMs) => new(node, Client, medianMs, 2 * medianMs, 10, default);

    private static Node Place(string node, double x) => new(node, null, new NodeCoordinate([x, 0], 1, 0.1));

    private SelectionSnapshot Update() => _index.Update(++_revision, _models, _executors, _clients, _latencies, _nodes);
}
