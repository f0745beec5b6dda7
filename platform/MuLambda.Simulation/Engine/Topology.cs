using System.Globalization;
using MuLambda.Catalog;

namespace MuLambda.Simulation;

/// <summary>The specification, prepared for the engine: indices and arrays in place of lists.</summary>
internal sealed class Topology
{
    private readonly int[] _nodeOf;
    private readonly int[] _modelOf;
    private readonly ServiceTime[] _service;
    private readonly ConfidenceSpec?[] _confidence;
    private readonly double[] _delayMs;
    private readonly double[] _jitterMs;
    private readonly double[] _extraMs;
    private readonly INetwork? _network;
    private readonly Dictionary<string, int> _executorById;
    private readonly List<ClientPhase> _phases = [];
    private readonly int[] _firstPhase;

    /// <summary>Where clients and selectors are, in the catalog's words.</summary>
    public const string ClientNode = "clients";

    public Topology(ClusterSpec spec)
    {
        Spec = spec;
        _nodeOf = [.. spec.Executors.Select(e => e.Node)];
        _modelOf = [.. spec.Executors.Select(e => e.Model)];
        _service = [.. spec.Executors.Select(e => e.ServiceTime ?? spec.Models[e.Model].ServiceTime)];
        _confidence = [.. spec.Executors.Select(e => spec.Models[e.Model].Confidence)];
        _delayMs = [.. spec.Nodes.Select(n => n.DelayMs)];
        _jitterMs = [.. spec.Nodes.Select(n => n.JitterMs)];
        _extraMs = new double[spec.Nodes.Count];
        _network = spec.Network;
        _executorById = new Dictionary<string, int>(spec.Executors.Count, StringComparer.Ordinal);
        for (var i = 0; i < spec.Executors.Count; i++)
        {
            _executorById.Add(spec.Executors[i].Id, i);
        }

        ExecutorsOfNode = [.. spec.Nodes.Select(_ => new List<int>())];
        for (var i = 0; i < _nodeOf.Length; i++)
        {
            ExecutorsOfNode[_nodeOf[i]].Add(i);
        }

        _firstPhase = new int[spec.Clients.Count + 1];
        for (var i = 0; i < spec.Clients.Count; i++)
        {
            _firstPhase[i] = _phases.Count;
            AddPhases(spec.Clients[i]);
        }

        _firstPhase[^1] = _phases.Count;
    }

    public ClusterSpec Spec { get; }

    public IReadOnlyList<List<int>> ExecutorsOfNode { get; }

    /// <summary>What all clients ask for over time; those of one client follow each other.</summary>
    public IReadOnlyList<ClientPhase> Phases => _phases;

    public (int From, int To) PhasesOf(int client) => (_firstPhase[client], _firstPhase[client + 1]);

    /// <summary>What a request asks for: an index into <see cref="Phases"/>.</summary>
    public int PhaseOf(int client, int sequence, double startMs)
    {
        var phase = _firstPhase[client + 1] - 1;
        while (phase > _firstPhase[client] && (sequence < _phases[phase].FromSequence || startMs < _phases[phase].FromMs))
        {
            phase--;
        }

        return phase;
    }

    public int PhaseInClient(int client, int phase) => phase - _firstPhase[client];

    public Executor CatalogExecutor(ExecutorSpec executor) => new(
        executor.Id,
        Spec.Nodes[executor.Node].Id,
        [new ModelReference(Spec.Models[executor.Model].Name, 1)],
        new ExecutorEndpoints($"http://{executor.Id}"),
        ExecutorState.Ready);

    public static Model CatalogModel(ModelSpec model)
    {
        var (task, input, output) = model.Traits ?? ClusterSpec.DefaultTraits;
        return new Model(
            model.Name, 1, task, input, output, new Accuracy("accuracy", model.Accuracy), [], ModelFormat.SavedModel, model.Bytes,
            "", null, VirtualTime.Begin);
    }

    public int NodeOf(int executor) => _nodeOf[executor];

    public int ModelOf(int executor) => _modelOf[executor];

    public ConfidenceSpec? ConfidenceOf(int executor) => _confidence[executor];

    public ServiceTime ServiceOf(int executor) => _service[executor];

    public int ExecutorOf(string id) => _executorById[id];

    public double ToNodeMs(int node, int client) => _network?.ToNodeMs(node, client) ?? 0;

    public double FromNodeMs(int node, int client) =>
        (_network?.FromNodeMs(node, client) ?? _delayMs[node]) + _extraMs[node];

    public double JitterMs(int node) => _jitterMs[node];

    public double RoundTripMs(int node, int client) => ToNodeMs(node, client) + FromNodeMs(node, client);

    public long Condition { get; private set; }

    public void SetExtraMs(int node, double extraMs)
    {
        _extraMs[node] = extraMs;
        Condition++;
    }

    private void AddPhases(ClientSpec client)
    {
        _phases.Add(new ClientPhase(client.Id, client.Criteria, client.Criteria.Desired.Normalise(), 0, 0));
        var requests = client.Load is ClosedLoop loop ? loop.RequestsPerStream : 0;
        for (var i = 0; i < client.Changes.Count; i++)
        {
            var change = client.Changes[i];
            _phases.Add(new ClientPhase(
                string.Create(CultureInfo.InvariantCulture, $"{client.Id}-phase-{i + 2}"),
                change.Criteria,
                change.Criteria.Desired.Normalise(),
                (int)Math.Ceiling((change.AtFraction ?? 0) * requests),
                change.AtMs ?? 0));
        }
    }
}
