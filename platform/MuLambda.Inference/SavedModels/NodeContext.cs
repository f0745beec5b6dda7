using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels;

/// <summary>A node under translation: what a translator reads and where it writes.</summary>
internal sealed class NodeContext(NodeDef node, IReadOnlyList<GraphValue> inputs, OnnxGraphBuilder graph, Func<TensorProto, Constant> readConstant)
{
    public string Op => node.Op;

    public string Name => node.Name;

    public IReadOnlyList<GraphValue> Inputs => inputs;

    public OnnxGraphBuilder Graph => graph;

    public bool Has(string attribute) => node.Attr.ContainsKey(attribute);

    /// <summary>An input by position.</summary>
    public GraphValue Input(int index) => index < inputs.Count ? inputs[index] : throw Fail($"has {inputs.Count} inputs, not {index + 1}");

    /// <summary>An input's contents where they depend on constants only; null where they depend on more.</summary>
    public Constant? Known(int index) => graph.Evaluate(Input(index));

    /// <summary>A constant input's integers, where they must be known when the model is loaded.</summary>
    public long[] ConstantIntegers(int index, string what) =>
        KnownIntegers(index) ?? throw Fail($"takes its {what} from {Input(index).Name}, which is not an integer constant");

    /// <summary>A constant input's integers; null where they are not known when the model is loaded.</summary>
    public long[]? KnownIntegers(int index) =>
        Folding.IntegerFolding.Whole(Input(index))?.ToArray()
        ?? (Input(index).Type is DType.Int32 or DType.Int64 ? Known(index)?.AsIntegers() : null);

    /// <summary>A constant input's only integer.</summary>
    public long ConstantInteger(int index, string what) =>
        ConstantIntegers(index, what) is [var only] ? only : throw Fail($"takes its {what} from {Input(index).Name}, which is not a single integer");

    /// <summary>An axis as a position from the front.</summary>
    public int Axis(long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw Fail($"has axis {axis} on a value of rank {rank}");

    /// <summary>The number of dimensions of a value, where the translation has to know it.</summary>
    public int Rank(GraphValue value) => value.Rank ?? throw Fail($"needs the rank of {value.Name}, which is not known");

    public long Int(string name, long fallback) => Get(name, AttrValue.ValueOneofCase.I)?.I ?? fallback;

    public bool Bool(string name, bool fallback) => Get(name, AttrValue.ValueOneofCase.B)?.B ?? fallback;

    public string Text(string name, string fallback) => Get(name, AttrValue.ValueOneofCase.S)?.S.ToStringUtf8() ?? fallback;

    public float Float(string name, float fallback) => Get(name, AttrValue.ValueOneofCase.F)?.F ?? fallback;

    /// <summary>A list of texts; empty where it is left out.</summary>
    public string[] Texts(string name) => Get(name, AttrValue.ValueOneofCase.List) is { } value ? [.. value.List.S.Select(s => s.ToStringUtf8())] : [];

    public long[] Ints(string name) => Get(name, AttrValue.ValueOneofCase.List) is { } value ? [.. value.List.I] : [];

    /// <summary>A type attribute; the fallback where it is left out.</summary>
    public DType Type(string name, DType fallback)
    {
        if (Get(name, AttrValue.ValueOneofCase.Type) is not { } value)
        {
            return fallback;
        }

        return DTypes.TryFromTensorFlow(value.Type, out var type) ? type : throw Fail($"has {name}={value.Type}, a type that is not supported");
    }

    /// <summary>A shape attribute; null where it is left out or of unknown rank.</summary>
    public IReadOnlyList<long>? Shape(string name) =>
        Get(name, AttrValue.ValueOneofCase.Shape) is { Shape: { UnknownRank: false } shape } ? [.. shape.Dim.Select(d => d.Size)] : null;

    /// <summary>A tensor attribute.</summary>
    public Constant Tensor(string name) =>
        Get(name, AttrValue.ValueOneofCase.Tensor) is { } value ? readConstant(value.Tensor) : throw Fail($"has no attribute {name}");

    /// <summary>Adds a node named after this one.</summary>
    public GraphValue Add(string op, IEnumerable<GraphValue?> operands, DType type, params ReadOnlySpan<Onnx.Proto.AttributeProto> attributes) =>
        graph.Add(op, Name, operands, type, attributes);

    /// <summary>Adds a constant named after this node.</summary>
    public GraphValue AddConstant(Constant constant) => graph.AddConstant(Name + "/const", constant);

    /// <summary>Adds a vector of int64.</summary>
    public GraphValue Vector(params ReadOnlySpan<long> values) => AddConstant(Constant.Of(values));

    /// <summary>Adds a number without dimensions.</summary>
    public GraphValue Scalar(DType type, double value) =>
        AddConstant(Constant.Scalar(type, value) ?? throw Fail($"works on {type.Name()}, which is not supported"));

    /// <summary>Converts to another type; nothing where it has it.</summary>
    public GraphValue Cast(GraphValue value, DType type) => graph.Cast(value, Name, type);

    /// <summary>What stands against translating this node.</summary>
    public TranslationException Fail(string what) => new($"operator {Op} (node {Name}) {what}");

    private AttrValue? Get(string name, AttrValue.ValueOneofCase expected) =>
        !node.Attr.TryGetValue(name, out var value) ? null
        : value.ValueCase == expected ? value
        : throw Fail($"has an attribute {name} that is not of kind {expected}");
}
