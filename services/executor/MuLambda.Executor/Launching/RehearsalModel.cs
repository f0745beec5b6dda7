using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using MuLambda.Catalog;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Executor.Launching;

/// <summary>A SavedModel that is as small as can be, written here: y = softmax(relu(x w + b)) for rows of four numbers.</summary>
internal static class RehearsalModel
{
    public const string Name = "rehearsal";
    public const int Width = 4;

    /// <summary>The model's artifact, and what a registry would say of it.</summary>
    public static (Model Model, byte[] Artifact) Create()
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "saved_model.pb") { DataStream = new MemoryStream(SavedModel().ToByteArray()) });
        }

        var artifact = tar.ToArray();
        return (
            new Model(
                Name, 1, "none", "none", "none", new Accuracy("none", 0, "none"), [], ModelFormat.SavedModel, artifact.Length,
                Convert.ToHexStringLower(SHA256.HashData(artifact)), null, DateTimeOffset.UnixEpoch),
            artifact);
    }

    private static SavedModel SavedModel()
    {
        var graph = new GraphDef
        {
            Node =
            {
                Node("x", "Placeholder", [], ("dtype", Type(DataType.DtFloat)), ("shape", new AttrValue { Shape = Shape(-1, Width) })),
                Const("w", Width, Width),
                Const("b", Width),
                Node("product", "MatMul", ["x", "w"]),
                Node("biased", "BiasAdd", ["product", "b"]),
                Node("active", "Relu", ["biased"]),
                Node("y", "Softmax", ["active"]),
            },
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
                    SignatureDef =
                    {
                        ["serving_default"] = new SignatureDef
                        {
                            MethodName = "tensorflow/serving/predict", Inputs = { ["x"] = Info("x") }, Outputs = { ["y"] = Info("y") },
                        },
                    },
                },
            },
        };
    }

    private static TensorInfo Info(string node) => new() { Name = node + ":0", Dtype = DataType.DtFloat, TensorShape = Shape(-1, Width) };

    private static NodeDef Const(string name, params long[] shape)
    {
        var value = new TensorProto
        {
            Dtype = DataType.DtFloat,
            TensorShape = Shape(shape),
            TensorContent = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(new float[shape.Aggregate((a, b) => a * b)])),
        };
        return Node(name, "Const", [], ("dtype", Type(value.Dtype)), ("value", new AttrValue { Tensor = value }));
    }

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

    private static TensorShapeProto Shape(params long[] sizes) =>
        new() { Dim = { sizes.Select(size => new TensorShapeProto.Types.Dim { Size = size }) } };
}
