using System.Globalization;
using MuLambda.Inference.Onnx.Proto;
using MuLambda.Inference.Runtime;

namespace MuLambda.Inference.SavedModels;

/// <summary>Makes an ONNX graph, node by node.</summary>
internal sealed class OnnxGraphBuilder
{
    /// <summary>The operator set: the first in which reductions and pads take their axes as tensors.</summary>
    public const int Opset = 18;

    private const int IrVersion = 8;
    private readonly GraphProto graph = new() { Name = "main" };
    private readonly Dictionary<string, (GraphValue Source, int[] Permutation)> transposed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Constant> constants = new(StringComparer.Ordinal);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    public void AddInput(string name, DType type, IReadOnlyList<long>? shape)
    {
        names.Add(name);
        graph.Input.Add(Declare(name, type, shape));
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
        var unique = Unique(name);
        constants.Add(unique, constant);
        return new GraphValue(unique, constant.Type, constant.Shape.Length, constant);
    }

    /// <summary>Adds a node with one output.</summary>
    /// <param name="op">The ONNX operator.</param>
    /// <param name="name">What the node and its output are called after.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="type">The type of the output.</param>
    /// <param name="rank">The output's rank, where known.</param>
    /// <param name="attributes">The node's attributes.</param>
    public GraphValue Add(
        string op, string name, IEnumerable<GraphValue> inputs, DType type, int? rank, params ReadOnlySpan<AttributeProto> attributes)
    {
        var output = Unique(name);
        var node = new NodeProto { OpType = op, Name = output };
        node.Input.Add(inputs.Select(i => i.Name));
        node.Output.Add(output);
        foreach (var attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        graph.Node.Add(node);
        return new GraphValue(output, type, rank);
    }

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

            var merged = Array.ConvertAll(permutation, axis => before.Permutation[axis]);
            return IsIdentity(merged) ? before.Source : Transpose(before.Source, name, merged);
        }

        if (IsIdentity(permutation))
        {
            return value;
        }

        var result = Add("Transpose", name, [value], value.Type, value.Rank, OnnxAttribute.Ints("perm", Array.ConvertAll(permutation, i => (long)i)));
        transposed.Add(result.Name, (value, permutation));
        return result;
    }

    /// <summary>What a value was before it was transposed, so that work can be done there.</summary>
    public bool TryGetTransposed(GraphValue value, out GraphValue source, out int[] permutation)
    {
        var found = transposed.TryGetValue(value.Name, out var before);
        (source, permutation) = found ? before : (value, []);
        return found;
    }

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

        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "MuLambda", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        return model;
    }

    private static bool IsIdentity(int[] permutation) => permutation.AsSpan().SequenceEqual([.. Enumerable.Range(0, permutation.Length)]);

    private static ValueInfoProto Declare(string name, DType type, IReadOnlyList<long>? shape)
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
