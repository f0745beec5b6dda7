using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.Tests.Graphs;

/// <summary>Writes SavedModels by hand: nodes, attributes, signatures.</summary>
internal sealed class SavedModelBuilder
{
    public GraphDef Graph { get; } = new();

    public MetaGraphDef Meta { get; } = new() { MetaInfoDef = new MetaGraphDef.Types.MetaInfoDef { Tags = { "serve" } } };

    public string Placeholder(string name, DType type, params long[] shape)
    {
        Node("Placeholder", name, [], Attr("dtype", type), Attr("shape", shape));
        return name;
    }

    public string Const<T>(string name, T[] values, params long[] shape)
        where T : unmanaged
    {
        using var tensor = Tensor.From<T>(values, shape);
        return Const(name, tensor.ToTensorProto());
    }

    public string Const(string name, TensorProto value)
    {
        Node("Const", name, [], ("dtype", new AttrValue { Type = value.Dtype }), ("value", new AttrValue { Tensor = value }));
        return name;
    }

    /// <summary>An int32 vector, as axes and shapes usually are.</summary>
    public string Ints(string name, params int[] values) => Const(name, values, values.Length);

    public string Int(string name, int value) => Const(name, [value]);

    public string Node(string op, string name, string[] inputs, params (string Name, AttrValue Value)[] attributes)
    {
        var node = new NodeDef { Op = op, Name = name };
        node.Input.Add(inputs);
        foreach (var (key, value) in attributes)
        {
            node.Attr.Add(key, value);
        }

        Graph.Node.Add(node);
        return name;
    }

    public SavedModelBuilder Signature(string name, (string Key, string Tensor, DType Type, long[]? Shape)[] inputs, params (string Key, string Tensor, DType Type)[] outputs)
    {
        var signature = new SignatureDef { MethodName = "tensorflow/serving/predict" };
        foreach (var (key, tensor, type, shape) in inputs)
        {
            signature.Inputs.Add(key, Info(tensor, type, shape));
        }

        foreach (var (key, tensor, type) in outputs)
        {
            signature.Outputs.Add(key, Info(tensor, type, null));
        }

        Meta.SignatureDef.Add(name, signature);
        return this;
    }

    /// <summary>For a chain of calls.</summary>
    public SavedModelBuilder With(Action<SavedModelBuilder> add)
    {
        add(this);
        return this;
    }

    public byte[] ToBytes()
    {
        Meta.GraphDef = Graph;
        return new SavedModel { SavedModelSchemaVersion = 1, MetaGraphs = { Meta } }.ToByteArray();
    }

    public ModelFolder Save()
    {
        var folder = new ModelFolder();
        folder.Write("saved_model.pb", ToBytes());
        return folder;
    }

    public LoadedModel Load(ModelOptions? options = null)
    {
        using var folder = Save();
        return ModelLoader.Load(folder.Path, options);
    }

    public static (string, AttrValue) Attr(string name, DType type) => (name, new AttrValue { Type = type.ToTensorFlow() });

    public static (string, AttrValue) Attr(string name, string text) => (name, new AttrValue { S = ByteString.CopyFromUtf8(text) });

    public static (string, AttrValue) Attr(string name, bool value) => (name, new AttrValue { B = value });

    public static (string, AttrValue) Attr(string name, int value) => (name, new AttrValue { I = value });

    public static (string, AttrValue) Attr(string name, float value) => (name, new AttrValue { F = value });

    public static (string, AttrValue) Texts(string name, params string[] values)
    {
        var list = new AttrValue.Types.ListValue();
        list.S.Add(values.Select(ByteString.CopyFromUtf8));
        return (name, new AttrValue { List = list });
    }

    public static (string, AttrValue) Ints(string name, params long[] values)
    {
        var list = new AttrValue.Types.ListValue();
        list.I.Add(values);
        return (name, new AttrValue { List = list });
    }

    private static (string, AttrValue) Attr(string name, long[] shape) => (name, new AttrValue { Shape = ShapeProto(shape) });

    private static TensorInfo Info(string tensor, DType type, long[]? shape) => new()
    {
        Name = tensor.Contains(':', StringComparison.Ordinal) ? tensor : tensor + ":0",
        Dtype = type.ToTensorFlow(),
        TensorShape = shape is null ? new TensorShapeProto { UnknownRank = true } : ShapeProto(shape),
    };

    private static TensorShapeProto ShapeProto(long[] shape)
    {
        var proto = new TensorShapeProto();
        proto.Dim.Add(shape.Select(s => new TensorShapeProto.Types.Dim { Size = s }));
        return proto;
    }
}
