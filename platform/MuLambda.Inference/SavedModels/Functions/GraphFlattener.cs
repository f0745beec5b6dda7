using System.Globalization;
using MuLambda.Inference.SavedModels.Examples;
using MuLambda.Inference.SavedModels.Variables;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Functions;

/// <summary>
/// Makes one plain graph of what some tensors need: calls are replaced by what they call, variables by constants with their values.
/// Operators that only read variables become those that do the same with constants.
/// </summary>
internal sealed class GraphFlattener
{
    private readonly SavedModelReader saved;
    private readonly FunctionInliner inliner;
    private readonly ExampleNodes exampleNodes;
    private readonly Dictionary<string, NodeDef> flat = new(StringComparer.Ordinal);
    private readonly Dictionary<(GraphScope, string), string> names = [];
    private readonly Dictionary<string, FlatExamples> examples = new(StringComparer.Ordinal);
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly HashSet<TensorReference> needed = [];
    private readonly Stack<GraphPoint> open = [];

    private GraphFlattener(SavedModelReader saved, IReadOnlySet<TensorReference> fed)
    {
        this.saved = saved;
        inliner = new FunctionInliner(saved, fed);
        exampleNodes = new ExampleNodes(inliner);
    }

    /// <exception cref="TranslationException">The graph is malformed where the tensors need it.</exception>
    public static FlatGraph Flatten(SavedModelReader saved, IReadOnlySet<TensorReference> fed, IEnumerable<TensorReference> fetched)
    {
        var flattener = new GraphFlattener(saved, fed);
        TensorReference[] fetches = [.. fetched.Select(f => TensorReference.Parse(flattener.Refer(flattener.inliner.Root, f.ToString())))];
        while (flattener.open.TryPop(out var point))
        {
            flattener.Add(point);
        }

        foreach (var given in fed)
        {
            if (saved.Nodes.TryGetValue(given.Node, out var node))
            {
                flattener.flat.TryAdd(given.Node, node);
            }
        }

        return new FlatGraph(flattener.flat, fetches, flattener.needed, [.. flattener.examples.Values]);
    }

    // The name in the flat graph of what a reference leads to, which is added to it.
    private string Refer(GraphScope scope, string reference)
    {
        var point = PastRead(inliner.Follow(scope, reference));
        if (inliner.IsFed(point))
        {
            needed.Add(new TensorReference(point.Name, point.Output));
            return new TensorReference(point.Name, point.Output).ToString();
        }

        if (!names.TryGetValue((point.Scope, point.Name), out var name))
        {
            name = NameOf(point);
            names.Add((point.Scope, point.Name), name);
            if (point.Node is not null)
            {
                inliner.CountNode(name.Length);
                open.Push(point);
                AddExamples(point, name);
            }
        }

        if (examples.TryGetValue(name, out var parsed))
        {
            parsed.Outputs.Add(point.Output);
        }

        return new TensorReference(name, point.Output).ToString();
    }

    private void AddExamples(GraphPoint point, string name)
    {
        if (exampleNodes.Read(point) is { } read)
        {
            examples.Add(name, new FlatExamples(name, read.Serialized, read.Spec, []));
        }
    }

    private GraphPoint PastRead(GraphPoint point)
    {
        if (inliner.IsFed(point) || point.Node is not { Op: "ReadVariableOp" } read)
        {
            return point;
        }

        var source = FunctionInliner.Inputs(read).FirstOrDefault()
            ?? throw new TranslationException($"operator ReadVariableOp (node {point.Path}) has no input");
        var variable = inliner.FollowValue(point.Scope, source);
        return variable.Node is { Op: "VarHandleOp" } ? variable
            : throw new TranslationException(
                $"operator ReadVariableOp (node {point.Path}) reads {(variable.Node is { } other ? $"operator {other.Op} (node {variable.Path})" : $"node {variable.Path}")}, which is no variable of the model");
    }

    private void Add(GraphPoint point)
    {
        var node = point.Node!;
        var name = names[(point.Scope, point.Name)];
        if (VariableStore.IsVariable(node))
        {
            var value = saved.Variables.Read(point);
            AddNode(name, "Const", [], ("dtype", new AttrValue { Type = value.Dtype }), ("value", new AttrValue { Tensor = value }));
            return;
        }

        if (examples.ContainsKey(name))
        {
            AddNode(name, node.Op, []);
            return;
        }

        string[] inputs = [.. FunctionInliner.Inputs(node).Select(input => Refer(point.Scope, input))];
        var attributes = node.Attr.Select(a => (a.Key, point.Scope.Resolve(a.Value)));
        switch (node.Op)
        {
            case "ResourceGather":
                var axis = Unique(name + "/axis");
                var along = new TensorProto { Dtype = DataType.DtInt32, TensorShape = new(), IntVal = { (int)(node.Attr.TryGetValue("batch_dims", out var batch) ? batch.I : 0) } };
                AddNode(axis, "Const", [], ("dtype", new AttrValue { Type = DataType.DtInt32 }), ("value", new AttrValue { Tensor = along }));
                AddNode(name, "GatherV2", [.. inputs, axis], [.. attributes]);
                break;
            case "ResourceGatherNd":
                AddNode(name, "GatherNd", inputs, [.. attributes]);
                break;
            case "VariableShape":
                AddNode(name, "Shape", inputs, [.. attributes]);
                break;
            default:
                AddNode(name, node.Op, inputs, [.. attributes]);
                break;
        }
    }

    private void AddNode(string name, string op, IReadOnlyList<string> inputs, params (string Name, AttrValue Value)[] attributes)
    {
        var node = new NodeDef { Name = name, Op = op };
        node.Input.Add(inputs);
        foreach (var (key, value) in attributes)
        {
            node.Attr.Add(key, value);
        }

        flat.Add(name, node);
    }

    private string NameOf(GraphPoint point) => point.Scope.Function is null ? point.Name : Unique(point.Path);

    private string Unique(string name)
    {
        var unique = name;
        for (var i = 1; saved.Nodes.ContainsKey(unique) || !taken.Add(unique); i++)
        {
            unique = name + "~" + i.ToString(CultureInfo.InvariantCulture);
        }

        return unique;
    }
}
