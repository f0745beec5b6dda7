using System.Runtime.InteropServices;
using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Simulation;

namespace MuLambda.Cli.Experiments;

/// <summary>
/// A synthetic model of the evaluation as a real one: it looks the confidence of the request's feature up and answers it as the score of the
/// feature's class; the other classes score 0. Its elements (<c>x</c>) are there to be counted. How long it takes is the executor's matter.
/// </summary>
internal static class SyntheticSavedModel
{
    /// <summary>The input whose elements count: <c>float[n]</c>.</summary>
    public const string Elements = "x";

    /// <summary>The input that says which feature the request has: <c>int32[1]</c>.</summary>
    public const string Feature = "feature";

    private const string Scores = "scores";
    private const string Predict = "tensorflow/serving/predict";

    /// <summary>Makes the model.</summary>
    public static SavedModel Create(ConfidenceSpec confidence)
    {
        var features = confidence.ByFeature.Count;
        var table = new float[features * features];
        for (var feature = 0; feature < features; feature++)
        {
            table[(feature * features) + feature] = (float)confidence.Of((feature + 0.5) / features);
        }

        var graph = new GraphDef
        {
            Node =
            {
                Placeholder(Elements, DataType.DtFloat, -1),
                Placeholder(Feature, DataType.DtInt32, 1),
                Constant("table", DataType.DtFloat, MemoryMarshal.AsBytes<float>(table), features, features),
                Constant("axis", DataType.DtInt32, MemoryMarshal.AsBytes<int>([0])),
                Node(
                    Scores,
                    "GatherV2",
                    ["table", Feature, "axis"],
                    ("Tparams", Type(DataType.DtFloat)),
                    ("Tindices", Type(DataType.DtInt32)),
                    ("Taxis", Type(DataType.DtInt32))),
            },
        };
        return Of(graph, new SignatureDef
        {
            MethodName = Predict,
            Inputs =
            {
                [Elements] = Info(Elements, DataType.DtFloat, -1),
                [Feature] = Info(Feature, DataType.DtInt32, 1),
            },
            Outputs = { [Scores] = Info(Scores, DataType.DtFloat, 1, features) },
        });
    }

    /// <summary>Makes a model whose requests can share a batch: an example is one element, which is also the answer.</summary>
    public static SavedModel CreateBatchable() => Of(
        new GraphDef
        {
            Node = { Placeholder(Elements, DataType.DtFloat, -1, 1), Node(Scores, "Identity", [Elements], ("T", Type(DataType.DtFloat))) },
        },
        new SignatureDef
        {
            MethodName = Predict,
            Inputs = { [Elements] = Info(Elements, DataType.DtFloat, -1, 1) },
            Outputs = { [Scores] = Info(Scores, DataType.DtFloat, -1, 1) },
        });

    /// <summary>The body of a request: the elements come first, because they are what is counted.</summary>
    public static byte[] Request(int elements, int feature)
    {
        using var buffer = new MemoryStream();
        using (var writer = new System.Text.Json.Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("inputs");
            writer.WriteStartArray(Elements);
            for (var i = 0; i < elements; i++)
            {
                writer.WriteNumberValue(0);
            }

            writer.WriteEndArray();
            writer.WriteStartArray(Feature);
            writer.WriteNumberValue(feature);
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static SavedModel Of(GraphDef graph, SignatureDef signature) => new()
    {
        SavedModelSchemaVersion = 1,
        MetaGraphs =
        {
            new MetaGraphDef
            {
                MetaInfoDef = new MetaGraphDef.Types.MetaInfoDef { Tags = { "serve" } },
                GraphDef = graph,
                SignatureDef = { ["serving_default"] = signature },
            },
        },
    };

    private static NodeDef Placeholder(string name, DataType type, params long[] shape) =>
        Node(name, "Placeholder", [], ("dtype", Type(type)), ("shape", new AttrValue { Shape = Shape(shape) }));

    private static NodeDef Constant(string name, DataType type, ReadOnlySpan<byte> content, params long[] shape) =>
        Node(name, "Const", [], ("dtype", Type(type)), ("value", new AttrValue
        {
            Tensor = new TensorProto { Dtype = type, TensorShape = Shape(shape), TensorContent = ByteString.CopyFrom(content) },
        }));

    private static NodeDef Node(string name, string operation, string[] inputs, params (string Name, AttrValue Value)[] attributes)
    {
        var node = new NodeDef { Name = name, Op = operation, Input = { inputs } };
        foreach (var (key, value) in attributes)
        {
            node.Attr.Add(key, value);
        }

        return node;
    }

    private static TensorInfo Info(string node, DataType type, params long[] shape) =>
        new() { Name = $"{node}:0", Dtype = type, TensorShape = Shape(shape) };

    private static AttrValue Type(DataType type) => new() { Type = type };

    private static TensorShapeProto Shape(params long[] sizes) =>
        new() { Dim = { sizes.Select(size => new TensorShapeProto.Types.Dim { Size = size }) } };
}
