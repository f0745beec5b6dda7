using System.Runtime.InteropServices;
using Google.Protobuf;
using MuLambda.Inference.Onnx.Proto;

namespace MuLambda.Executor.Tests.Support;

/// <summary>Small ONNX models written by the tests.</summary>
internal static class OnnxFiles
{
    public const int SlowSize = 384;

    /// <summary>y = x / 2 + 2 over <c>x: float32[-1]</c>.</summary>
    public static string HalfPlusTwo(string directory) => Affine(directory, 0.5f, 2f);

    /// <summary>y = x * factor + offset over <c>x: float32[-1]</c>.</summary>
    public static string Affine(string directory, float factor, float offset) => Write(
        directory,
        new GraphProto
        {
            Name = "affine",
            Initializer = { Scalar("factor", factor), Scalar("offset", offset) },
            Node = { Node("Mul", "scaled", "x", "factor"), Node("Add", "y", "scaled", "offset") },
            Input = { Value("x", -1) },
            Output = { Value("y", -1) },
        });

    /// <summary>sum = a + b and difference = a - b over <c>float32[-1,2]</c>.</summary>
    public static string SumAndDifference(string directory) => Write(
        directory,
        new GraphProto
        {
            Name = "sum_and_difference",
            Node = { Node("Add", "sum", "a", "b"), Node("Sub", "difference", "a", "b") },
            Input = { Value("a", -1, 2), Value("b", -1, 2) },
            Output = { Value("sum", -1, 2), Value("difference", -1, 2) },
        });

    /// <summary>A chain of matrix products over <c>x: float32[384,384]</c>: each takes milliseconds, a run can be stopped between two.</summary>
    public static string Slow(string directory, int products)
    {
        var graph = new GraphProto { Name = "slow", Input = { Value("x", SlowSize, SlowSize) }, Output = { Value("y", SlowSize, SlowSize) } };
        var last = "x";
        for (var i = 1; i <= products; i++)
        {
            var next = i == products ? "y" : $"p{i}";
            graph.Node.Add(Node("MatMul", next, last, "x"));
            last = next;
        }

        return Write(directory, graph);
    }

    private static string Write(string directory, GraphProto graph)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, "model.onnx");
        var model = new ModelProto { IrVersion = 8, ProducerName = "tests", Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 13 } } };
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private static NodeProto Node(string type, string output, params string[] inputs) =>
        new() { OpType = type, Name = output, Input = { inputs }, Output = { output } };

    private static TensorProto Scalar(string name, float value) => new()
    {
        Name = name,
        DataType = (int)TensorProto.Types.DataType.Float,
        RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>([value])),
    };

    private static ValueInfoProto Value(string name, params int[] shape)
    {
        var type = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = new TensorShapeProto() };
        foreach (var size in shape)
        {
            type.Shape.Dim.Add(size < 0
                ? new TensorShapeProto.Types.Dimension { DimParam = "batch" }
                : new TensorShapeProto.Types.Dimension { DimValue = size });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } };
    }
}
