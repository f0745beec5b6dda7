using MuLambda.Protocol.TensorFlow;
using MuLambda.TensorFlowJs.Json;

namespace MuLambda.TensorFlowJs.Graphs;

/// <summary>Reads <c>modelTopology</c>: a <c>GraphDef</c> in protobuf's JSON mapping.</summary>
internal sealed class GraphReader
{
    private const string GraphModel = "graph-model";
    private const string LayersModel = "layers-model";

    private readonly TensorFlowJsLimits limits;
    private readonly Dictionary<string, (NodeDef, JsonMember)> constants = new(StringComparer.Ordinal);
    private int nodes;

    private GraphReader(TensorFlowJsLimits limits) => this.limits = limits;

    /// <exception cref="TensorFlowJsException">The file holds no graph, or one outside the limits.</exception>
    public static ImportedGraph Read(JsonMember root, TensorFlowJsLimits limits)
    {
        var format = root.Optional("format");
        var topology = root.Required("modelTopology");
        if (format?.Text() == LayersModel || topology.Optional("model_config") is not null || topology.Optional("class_name") is not null)
        {
            throw root.Wrong(
                $"holds a Keras model (format {LayersModel}); only the format {GraphModel} can be imported. " +
                $"tensorflowjs_converter makes one: --output_format=tfjs_{GraphModel.Replace('-', '_')}");
        }

        if (format is { } given && given.Text() != GraphModel)
        {
            throw given.Wrong($"is '{given.Text()}'; only the format {GraphModel} can be imported");
        }

        if (root.Optional("modelInitializer")?.Optional("node") is { } initializer && initializer.Items().Any())
        {
            throw initializer.Wrong("models with an initialisation of their own (lookup tables) cannot be imported");
        }

        var reader = new GraphReader(limits);
        return new ImportedGraph(reader.ReadGraph(topology), reader.constants);
    }

    private GraphDef ReadGraph(JsonMember topology)
    {
        var graph = new GraphDef { Versions = topology.Optional("versions")?.Message<VersionDef>() };
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in topology.Required("node").Items())
        {
            var node = ReadNode(member);
            if (!names.Add(node.Name))
            {
                throw member.Wrong($"is a second node {node.Name}");
            }

            graph.Node.Add(node);
        }

        if (graph.Node.Count == 0)
        {
            throw topology.Required("node").Wrong("is empty");
        }

        foreach (var member in topology.Optional("library")?.Optional("function")?.Items() ?? [])
        {
            graph.Library ??= new FunctionDefLibrary();
            graph.Library.Function.Add(ReadFunction(member));
        }

        return graph;
    }

    private FunctionDef ReadFunction(JsonMember member)
    {
        var function = member.Message<FunctionDef>();
        if (string.IsNullOrEmpty(function.Signature?.Name))
        {
            throw member.Wrong("has no signature.name");
        }

        for (var i = 0; i < function.NodeDef.Count; i++)
        {
            Count(member);
            AddConstant(function.NodeDef[i], member);
        }

        return function;
    }

    private NodeDef ReadNode(JsonMember member)
    {
        Count(member);
        var node = member.Message<NodeDef>();
        if (node.Name.Length == 0 || node.Op.Length == 0)
        {
            throw member.Wrong(node.Name.Length == 0 ? "has no name" : $"({node.Name}) has no op");
        }

        AddConstant(node, member);
        return node;
    }

    private void AddConstant(NodeDef node, JsonMember member)
    {
        if (node.Op == "Const" && !constants.TryAdd(node.Name, (node, member)))
        {
            throw member.Wrong($"is a second constant {node.Name}");
        }
    }

    private void Count(JsonMember member)
    {
        if (++nodes > limits.MaxNodes)
        {
            throw member.Wrong($"is one node too many; the limit is {limits.MaxNodes}");
        }
    }
}
