using System.Runtime.InteropServices;
using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Executor.Tests.Support;

/// <summary>
/// A SavedModel as an estimator would export it: y = x / 2 + 2, x being a feature of an example, with the signatures
/// <c>classify</c> (scores), <c>regress</c> (outputs) and <c>serving_default</c> (the bytes of examples to y).
/// </summary>
internal static class ExampleModel
{
    /// <summary>Writes version 1 of the model below the directory.</summary>
    /// <returns>The directory.</returns>
    public static string Write(string directory)
    {
        var graph = new GraphDef
        {
            Node =
            {
                Node("examples", "Placeholder", [], ("dtype", Type(DataType.DtString)), ("shape", new AttrValue { Shape = Shape(-1) })),
                Const("names", new TensorProto { Dtype = DataType.DtString, TensorShape = Shape(0) }),
                Const("key", new TensorProto { Dtype = DataType.DtString, TensorShape = Shape(), StringVal = { ByteString.CopyFromUtf8("x") } }),
                Const("default", Floats([0], 1)),
                Node(
                    "parse",
                    "ParseExample",
                    ["examples", "names", "key", "default"],
                    ("Nsparse", new AttrValue { I = 0 }),
                    ("Ndense", new AttrValue { I = 1 }),
                    ("sparse_types", new AttrValue { List = new AttrValue.Types.ListValue() }),
                    ("Tdense", new AttrValue { List = new AttrValue.Types.ListValue { Type = { DataType.DtFloat } } }),
                    ("dense_shapes", new AttrValue { List = new AttrValue.Types.ListValue { Shape = { Shape(1) } } })),
                Const("half", Floats([0.5f])),
                Const("two", Floats([2])),
                Node("scaled", "Mul", ["parse", "half"], ("T", Type(DataType.DtFloat))),
                Node("y", "AddV2", ["scaled", "two"], ("T", Type(DataType.DtFloat))),
            },
        };
        var meta = new MetaGraphDef
        {
            MetaInfoDef = new MetaGraphDef.Types.MetaInfoDef { Tags = { "serve" } },
            GraphDef = graph,
            SignatureDef =
            {
                ["serving_default"] = Signature("predict", "examples", "y"),
                ["classify"] = Signature("classify", "inputs", "scores"),
                ["regress"] = Signature("regress", "inputs", "outputs"),
            },
        };
        var version = Directory.CreateDirectory(Path.Combine(directory, "1")).FullName;
        File.WriteAllBytes(
            Path.Combine(version, "saved_model.pb"), new SavedModel { SavedModelSchemaVersion = 1, MetaGraphs = { meta } }.ToByteArray());
        return directory;
    }

    /// <summary>The example whose feature x is the value.</summary>
    public static Example Example(float x) => new()
    {
        Features = new Features { Feature = { ["x"] = new Feature { FloatList = new FloatList { Value = { x } } } } },
    };

    private static SignatureDef Signature(string method, string input, string output) => new()
    {
        MethodName = $"tensorflow/serving/{method}",
        Inputs = { [input] = new TensorInfo { Name = "examples:0", Dtype = DataType.DtString, TensorShape = Shape(-1) } },
        Outputs = { [output] = new TensorInfo { Name = "y:0", Dtype = DataType.DtFloat, TensorShape = Shape(-1, 1) } },
    };

    private static NodeDef Const(string name, TensorProto value) =>
        Node(name, "Const", [], ("dtype", Type(value.Dtype)), ("value", new AttrValue { Tensor = value }));

    private static NodeDef Node(string name, string op, string[] inputs, params (string Name, AttrValue Value)[] attributes)
    {
        var node = new NodeDef { Name = name, Op = op, Input = { inputs } };
        foreach (var (key, value) in attributes)
        {
            node.Attr.Add(key, value);
        }

        return node;
    }

    private static AttrValue Type(DataType type) => new() { Type = type };

    private static TensorProto Floats(float[] values, params long[] shape) => new()
    {
        Dtype = DataType.DtFloat,
        TensorShape = Shape(shape),
        TensorContent = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)),
    };

    private static TensorShapeProto Shape(params long[] sizes) =>
        new() { Dim = { sizes.Select(size => new TensorShapeProto.Types.Dim { Size = size }) } };
}
