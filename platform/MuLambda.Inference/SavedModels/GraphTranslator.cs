using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels;

/// <summary>
/// Translates the part of a graph that some tensors need. Nodes that are not needed are not looked at; control inputs, which only
/// order side effects, are ignored.
/// </summary>
internal sealed class GraphTranslator
{
    private readonly Dictionary<string, NodeDef> nodes;
    private readonly OperatorTable table;
    private readonly ConstantBudget budget;
    private readonly OnnxGraphBuilder builder = new();
    private readonly Dictionary<TensorReference, GraphValue> fed = [];
    private readonly Dictionary<string, IReadOnlyList<GraphValue>> done = new(StringComparer.Ordinal);

    public GraphTranslator(Dictionary<string, NodeDef> nodes, OperatorTable table, ConstantBudget budget)
    {
        this.nodes = nodes;
        this.table = table;
        this.budget = budget;
    }

    /// <summary>Makes a tensor of the graph an input: whatever computes it is cut off.</summary>
    public void Feed(TensorReference reference, string name, DType type, IReadOnlyList<long>? shape)
    {
        if (!nodes.TryGetValue(reference.Node, out var node))
        {
            throw new TranslationException($"input {name} names the node {reference.Node}, which the graph does not have");
        }

        if (reference.Output == 0 && node.Attr.TryGetValue("dtype", out var declared) && declared.Type != type.ToTensorFlow())
        {
            throw new TranslationException($"input {name} is {type.Name()}, but node {node.Name} is declared {declared.Type}");
        }

        if (!fed.TryAdd(reference, builder.AddInput(InputName(name), type, shape)))
        {
            throw new TranslationException($"two inputs name the tensor {reference}");
        }
    }

    /// <summary>Translates what computes a tensor, and makes it an output.</summary>
    public void Fetch(TensorReference reference, string name, DType type)
    {
        TranslateAllBefore(reference);
        var value = Resolve(reference);
        if (value.Type != type)
        {
            throw new TranslationException($"output {name} is declared {type.Name()}, but node {reference.Node} gives {value.Type.Name()}");
        }

        builder.AddOutput(OutputName(name), value);
    }

    public Onnx.Proto.ModelProto Build() => builder.Build();

    // No node of TensorFlow has a colon in its name, so these never meet one.

    /// <summary>What the graph calls a signature's input.</summary>
    public static string InputName(string name) => "input:" + name;

    /// <summary>What the graph calls a signature's output.</summary>
    public static string OutputName(string name) => "output:" + name;

    // Depth first with a stack of its own: how deep a graph is, is up to whoever made the file.
    private void TranslateAllBefore(TensorReference reference)
    {
        if (fed.ContainsKey(reference))
        {
            return;
        }

        var open = new HashSet<string>(StringComparer.Ordinal);
        var stack = new Stack<(string Node, bool Ready)>();
        stack.Push((reference.Node, false));
        while (stack.TryPop(out var next))
        {
            if (done.ContainsKey(next.Node))
            {
                continue;
            }

            var node = nodes.TryGetValue(next.Node, out var found)
                ? found
                : throw new TranslationException($"the graph has no node {next.Node}, which another node or an output needs");
            if (next.Ready)
            {
                done.Add(node.Name, Translate(node));
                open.Remove(node.Name);
                continue;
            }

            if (!open.Add(node.Name))
            {
                throw new TranslationException($"operator {node.Op} (node {node.Name}) depends on itself");
            }

            RequireSupported(node, reference);
            stack.Push((node.Name, true));
            foreach (var input in node.Input.Where(i => !TensorReference.IsControl(i)).Select(TensorReference.Parse))
            {
                if (fed.ContainsKey(input) || done.ContainsKey(input.Node))
                {
                    continue;
                }

                if (open.Contains(input.Node))
                {
                    throw new TranslationException($"operator {node.Op} (node {node.Name}) depends on itself");
                }

                stack.Push((input.Node, false));
            }
        }
    }

    private IReadOnlyList<GraphValue> Translate(NodeDef node)
    {
        var inputs = node.Input.Where(i => !TensorReference.IsControl(i)).Select(i => Resolve(TensorReference.Parse(i))).ToArray();
        table.TryGet(node.Op, out var translate);
        try
        {
            return translate(new NodeContext(node, inputs, builder, tensor => budget.Read(tensor, node.Name)));
        }
        catch (InferenceException e)
        {
            throw new TranslationException($"operator {node.Op} (node {node.Name}): {e.Message.TrimEnd('.')}");
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or OverflowException or InvalidOperationException)
        {
            // Sizes and numbers of inputs are up to whoever made the file; not every pair of them makes sense.
            throw new TranslationException($"operator {node.Op} (node {node.Name}) has inputs or attributes that do not fit together: {e.Message}");
        }
    }

    private GraphValue Resolve(TensorReference reference)
    {
        if (fed.TryGetValue(reference, out var value))
        {
            return value;
        }

        var outputs = done[reference.Node];
        return reference.Output < outputs.Count
            ? outputs[reference.Output]
            : throw new TranslationException(
                $"operator {nodes[reference.Node].Op} (node {reference.Node}) has {outputs.Count} outputs; {reference} is needed");
    }

    private void RequireSupported(NodeDef node, TensorReference wanted)
    {
        if (table.TryGet(node.Op, out _))
        {
            return;
        }

        // Whoever has to change the model wants to know everything at once.
        const int most = 20;
        var missing = Unsupported(wanted);
        throw new TranslationException(missing.Count == 1
            ? $"operator {missing[0].Op} (node {missing[0].Name}) is not supported"
            : $"operators {string.Join(", ", missing.Take(most).Select(n => $"{n.Op} (node {n.Name})"))}"
                + (missing.Count > most ? $" and {missing.Count - most} more" : "") + " are not supported");
    }

    // The first node of each operator without a translation among what a tensor needs.
    private List<NodeDef> Unsupported(TensorReference wanted)
    {
        var missing = new Dictionary<string, NodeDef>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<TensorReference>([wanted]);
        while (open.TryDequeue(out var reference))
        {
            if (fed.ContainsKey(reference) || !seen.Add(reference.Node) || !nodes.TryGetValue(reference.Node, out var node))
            {
                continue;
            }

            if (!table.TryGet(node.Op, out _))
            {
                missing.TryAdd(node.Op, node);
            }

            foreach (var input in node.Input.Where(i => !TensorReference.IsControl(i)))
            {
                open.Enqueue(TensorReference.Parse(input));
            }
        }

        return [.. missing.Values];
    }
}
