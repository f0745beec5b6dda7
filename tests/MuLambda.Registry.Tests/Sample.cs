using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Registry.Tests;

/// <summary>Nouns and a model as small as one can be.</summary>
internal static class Sample
{
    /// <summary>A SavedModel that answers what it is given, times nothing.</summary>
    public static byte[] SavedModel(string op = "Identity", string? note = null)
    {
        var dtype = new AttrValue { Type = DataType.DtFloat };
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dim { Size = -1 }, new TensorShapeProto.Types.Dim { Size = 2 } } };
        var graph = new GraphDef
        {
            Node =
            {
                new NodeDef { Name = "x", Op = "Placeholder", Attr = { ["dtype"] = dtype, ["shape"] = new AttrValue { Shape = shape } } },
                new NodeDef { Name = "the-answer", Op = op, Input = { "x" }, Attr = { ["T"] = dtype } },
            },
        };
        if (note is not null)
        {
            graph.Node.Add(new NodeDef { Name = note, Op = "NoOp" });
        }

        var signature = new SignatureDef
        {
            MethodName = "tensorflow/serving/predict",
            Inputs = { ["x"] = new TensorInfo { Name = "x:0", Dtype = DataType.DtFloat, TensorShape = shape } },
            Outputs = { ["y"] = new TensorInfo { Name = "the-answer:0", Dtype = DataType.DtFloat, TensorShape = shape } },
        };
        return new SavedModel
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
        }.ToByteArray();
    }

    public static ModelUpload Upload(string name = "echo", long version = 1) => new(
        name, version, new Traits("classification", "image", "label"), new Accuracy("top-1", 0.9, "mnist"));

    public static Client Client(string id, double? leaseSeconds = null) => new(
        id,
        new Criteria(new Traits("classification", "image", "label"), new Preference(1, 0)),
        ProbeEndpoint: "http://127.0.0.1:1/probe",
        LeaseSeconds: leaseSeconds);

    public static Executor Executor(string id, params ModelReference[] models) => new(
        id, "local", models, new ExecutorEndpoints("http://127.0.0.1:1"), ExecutorState.Ready);

    public static Node Node(string id) => new(
        id, "http://127.0.0.1:5/v1/coordinate", new NodeCoordinate([1, -2.5, 3], 4, 0.25), 10);

    public static LatencyReport Latency(string client, double medianMs = 1, string node = "local", int second = 0) => new(
        node, client, medianMs, medianMs * 2, 10, new DateTimeOffset(2026, 1, 1, 0, 0, second, TimeSpan.Zero));

    public static async Task<Model> PutModelAsync(this RegistryServer server, string name = "echo", long version = 1, string? note = null) =>
        (await server.Client.PutModelAsync(
            Upload(name, version), Archives.Zip(("saved_model.pb", SavedModel(note: note))))).Value;
}
