using System.Globalization;
using MuLambda.Inference.Onnx.Proto;
using MuLambda.Inference.Runtime;
using MuLambda.Inference.SavedModels.Folding;

namespace MuLambda.Inference.SavedModels;

/// <summary>
/// Makes an ONNX graph, node by node. Each value's shape is followed as far as it is known, and what can be computed now from
/// constants and shapes becomes a constant instead of a node.
/// </summary>
internal sealed class OnnxGraphBuilder
{
    /// <summary>The operator set: the first in which reductions and pads take their axes as tensors.</summary>
    public const int Opset = 18;

    private const int IrVersion = 8;
    private readonly GraphProto graph = new() { Name = "main" };
    private readonly Dictionary<string, NodeProto> producers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GraphValue> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (GraphValue Source, int[] Permutation)> transposed = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), GraphValue> transposes = [];
    private readonly Dictionary<string, Constant> constants = new(StringComparer.Ordinal);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    public GraphValue AddInput(string name, DType type, IReadOnlyList<long>? shape)
    {
        names.Add(name);
        graph.Input.Add(Declare(name, type, shape));
        return new GraphValue(name, type, shape?.Select(d => Math.Max(d, -1)).ToArray());
    }

    /// <summary>Declares an output; its shape is left to the runtime to find.</summary>
    public void AddOutput(string name, GraphValue value)
    {
        names.Add(name);
        var node = new NodeProto { OpType = "Identity", Name = name };
        node.Input.Add(value.Name);
        node.Output.Add(name);
        graph.Node.Add(node);
        graph.Output.Add(Declare(name, value.Type, null));
    }

    public GraphValue AddConstant(string name, Constant constant)
    {
        const int mostElements = 1024;
        var unique = Unique(name);
        constants.Add(unique, constant);
        return new GraphValue(unique, constant.Type, constant.Shape, constant)
        {
            Elements = constant.Count <= mostElements ? constant.AsIntegers()?.Select(i => (long?)i).ToArray() : null,
        };
    }

    /// <summary>Adds a node with one output.</summary>
    /// <param name="op">The ONNX operator.</param>
    /// <param name="name">What the node and its output are called after.</param>
    /// <param name="inputs">What it reads; null for an optional input that is left out.</param>
    /// <param name="type">The type of the output.</param>
    /// <param name="attributes">The node's attributes.</param>
    public GraphValue Add(string op, string name, IEnumerable<GraphValue?> inputs, DType type, params ReadOnlySpan<AttributeProto> attributes) =>
        AddMany(op, name, inputs, [type], attributes)[0];

    /// <summary>Adds a node with several outputs.</summary>
    public GraphValue[] AddMany(
        string op, string name, IEnumerable<GraphValue?> inputs, IReadOnlyList<DType> types, params ReadOnlySpan<AttributeProto> attributes)
    {
        GraphValue?[] operands = [.. inputs];
        var (given, working) = Widen(op, name, operands);
        var node = new NodeProto { OpType = op };
        node.Input.Add(operands.Select(i => i?.Name ?? ""));
        foreach (var attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        var outputs = new GraphValue[types.Count];
        var shapes = ShapeRules.Infer(node, operands, types.Count);
        if (outputs.Length == 1 && Fold(node, name, operands, types[0], shapes[0]) is { } folded)
        {
            return [folded];
        }

        for (var i = 0; i < outputs.Length; i++)
        {
            var unique = Unique(name);
            node.Output.Add(unique);
            producers.Add(unique, node);
            outputs[i] = new GraphValue(unique, types[i] == given ? working : types[i], shapes[i]);
            if (outputs.Length == 1)
            {
                outputs[i] = outputs[i] with { Elements = IntegerFolding.Fold(node, operands, outputs[i].Type) };
            }

            values.Add(unique, outputs[i]);
        }

        node.Name = node.Output[0];
        graph.Node.Add(node);
        return given == working ? outputs : [.. outputs.Select(o => o.Type == working ? Cast(o, name, given) : o)];
    }

    /// <summary>Converts to another type; nothing where it has it.</summary>
    public GraphValue Cast(GraphValue value, string name, DType type) => value.Type == type
        ? value
        : Add("Cast", name + "/cast", [value], type, OnnxAttribute.Int("to", (long)OrtTypes.ToOnnx(type)));

    /// <summary>Permutes dimensions, merging with the transpose that made the value.</summary>
    public GraphValue Transpose(GraphValue value, string name, params int[] permutation)
    {
        if (transposed.TryGetValue(value.Name, out var before))
        {
            if (before.Permutation.Length != permutation.Length)
            {
                throw new TranslationException(
                    $"node {name} permutes {permutation.Length} dimensions of a value that has {before.Permutation.Length}");
            }

            return Transpose(before.Source, name, Array.ConvertAll(permutation, axis => before.Permutation[axis]));
        }

        if (value.Rank is { } rank && rank != permutation.Length)
        {
            throw new TranslationException($"node {name} permutes {permutation.Length} dimensions of a value that has {rank}");
        }

        if (Permutation.IsIdentity(permutation))
        {
            return value;
        }

        var key = (value.Name, string.Join(',', permutation));
        if (transposes.TryGetValue(key, out var result))
        {
            return result;
        }

        if (value.Constant?.Transpose(permutation) is { } constant)
        {
            result = AddConstant(name, constant);
        }
        else
        {
            result = Add("Transpose", name, [value], value.Type, OnnxAttribute.Ints("perm", Array.ConvertAll(permutation, i => (long)i)));
            transposed.Add(result.Name, (value, permutation));
        }

        transposes.Add(key, result);
        return result;
    }

    /// <summary>What a value was before it was transposed, so that work can be done there.</summary>
    public bool TryGetTransposed(GraphValue value, out GraphValue source, out int[] permutation)
    {
        var found = transposed.TryGetValue(value.Name, out var before);
        (source, permutation) = found ? before : (value, []);
        return found;
    }

    /// <summary>The contents of a value that depends on constants only, computed now where that was put off; null where it depends on more.</summary>
    public Constant? Evaluate(GraphValue value) => value.Constant ?? ConstantEvaluator.Evaluate(value, producers, values, constants);

    /// <summary>The model, of the nodes that lead to an output.</summary>
    public ModelProto Build()
    {
        var used = graph.Output.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var kept = new List<NodeProto>();
        for (var i = graph.Node.Count - 1; i >= 0; i--)
        {
            var node = graph.Node[i];
            if (node.Output.Any(used.Contains))
            {
                used.UnionWith(node.Input);
                kept.Add(node);
            }
        }

        kept.Reverse();
        graph.Node.Clear();
        graph.Node.Add(kept);
        foreach (var (name, constant) in constants)
        {
            if (used.Contains(name))
            {
                graph.Initializer.Add(constant.ToOnnx(name));
            }
        }

        return Wrap(graph);
    }

    /// <summary>A model of a graph.</summary>
    public static ModelProto Wrap(GraphProto graph)
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "MuLambda", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        return model;
    }

    /// <summary>The declaration of an input or output.</summary>
    public static ValueInfoProto Declare(string name, DType type, IReadOnlyList<long>? shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)OrtTypes.ToOnnx(type) };
        if (shape is not null)
        {
            tensor.Shape = new TensorShapeProto();
            foreach (var size in shape)
            {
                var dimension = new TensorShapeProto.Types.Dimension();
                if (size >= 0)
                {
                    dimension.DimValue = size;
                }

                tensor.Shape.Dim.Add(dimension);
            }
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    // The type the operands have, and the type the runtime computes in.
    private (DType Given, DType Working) Widen(string op, string name, GraphValue?[] operands)
    {
        var first = Array.FindIndex(operands, o => o is not null);
        while (first >= 0 && first < operands.Length && !KernelTypes.IsValue(op, first))
        {
            first++;
        }

        if (first < 0 || first >= operands.Length)
        {
            return (DType.None, DType.None);
        }

        var given = operands[first]!.Type;
        var working = KernelTypes.Working(op, given);
        if (working == given)
        {
            return (given, given);
        }

        if (working == DType.None)
        {
            throw new TranslationException($"node {name} computes {op} of {given.Name()}, which is not supported");
        }

        for (var i = 0; i < operands.Length; i++)
        {
            if (KernelTypes.IsValue(op, i) && operands[i] is { } operand && operand.Type == given)
            {
                operands[i] = Cast(operand, name, working);
            }
        }

        return (given, working);
    }

    private GraphValue? Fold(NodeProto node, string name, GraphValue?[] operands, DType type, IReadOnlyList<long>? shape)
    {
        if (shape is null || shape.Any(d => d < 0))
        {
            return null;
        }

        if (node.OpType is "Reshape" or "Squeeze" or "Unsqueeze" && operands[0]!.Constant is { } constant
            && Tensor.CountElements([.. shape]) == constant.Count)
        {
            return AddConstant(name, constant.Reshape([.. shape]));
        }

        return IntegerFolding.Fold(node, operands, type) is { } elements && elements.All(e => e is not null)
            && elements.Count == Tensor.CountElements([.. shape])
            ? AddConstant(name, Constant.OfIntegers(type, [.. elements.Select(e => e!.Value)], [.. shape]))
            : null;
    }

    private string Unique(string name)
    {
        var unique = name;
        for (var i = 1; !names.Add(unique); i++)
        {
            unique = name + "~" + i.ToString(CultureInfo.InvariantCulture);
        }

        return unique;
    }
}
