using Google.Protobuf;
using MuLambda.Inference.Onnx.Proto;
using MuLambda.Inference.SavedModels;
using MuLambda.Inference.Tests.Graphs;
using MuLambda.Inference.Tests.Models;
using Kind = MuLambda.Inference.Onnx.Proto.AttributeProto.Types.AttributeType;
using Type = MuLambda.Inference.Onnx.Proto.TensorProto.Types.DataType;

namespace MuLambda.Inference.Tests.Fuzz;

/// <summary>ONNX models to damage: between them, every kind of thing that a file may hold.</summary>
internal static class OnnxGraphs
{
    /// <summary>Names that a damaged model may come to hold.</summary>
    public static string[] Words { get; } =
    [
        .. ("Add Sub Mul Div Pow Sqrt Exp Log Relu Sigmoid Softmax LogSoftmax MatMul Gemm Conv ConvTranspose MaxPool AveragePool GlobalAveragePool "
            + "BatchNormalization InstanceNormalization LayerNormalization LRN Dropout Flatten Reshape Transpose Concat Split Slice Gather GatherND GatherElements "
            + "Scatter ScatterND ScatterElements Squeeze Unsqueeze Expand Tile Pad Resize Upsample Shape Size ConstantOfShape Constant Range EyeLike OneHot "
            + "NonZero Where TopK Unique NonMaxSuppression RoiAlign MaxRoiPool MaxUnpool CumSum Einsum ReduceSum ReduceMean ReduceMax ReduceProd ArgMax ArgMin "
            + "Cast CastLike Clip DepthToSpace SpaceToDepth ReverseSequence RNN LSTM GRU Loop If Scan SequenceConstruct SequenceAt ConcatFromSequence SplitToSequence "
            + "QuantizeLinear DequantizeLinear DynamicQuantizeLinear QLinearConv QLinearMatMul ConvInteger MatMulInteger Det GridSample AffineGrid Col2Im DFT STFT "
            + "MelWeightMatrix HannWindow Bernoulli RandomNormal RandomUniform RandomUniformLike Multinomial StringNormalizer StringSplit StringConcat TfIdfVectorizer "
            + "RegexFullMatch ImageDecoder Optional OptionalGetElement Identity CenterCropPad Trilu Mod BitShift IsInf Compress Attention RotaryEmbedding "
            + "value axis axes to mode perm dims starts ends steps group pads strides dilations kernel_shape auto_pad ceil_mode equation body then_branch else_branch "
            + "com.microsoft ai.onnx ai.onnx.ml com.microsoft.nchwc TreeEnsembleClassifier SVMClassifier LabelEncoder OneHotEncoder Normalizer FusedConv FusedMatMul BiasGelu "
            + "SkipLayerNormalization EmbedLayerNormalization MultiHeadAttention GroupQueryAttention MatMulNBits QAttention WordConvEmbedding CropAndResize "
            + "x y one shape axis0 sizes cond inf ../secret /etc/passwd").Split(' '),
    ];

    /// <summary>Every model.</summary>
    public static byte[][] All() =>
    [
        OnnxModelTests.Doubling().ToByteArray(),
        Translated(Samples.Convolution()),
        Translated(Samples.Perceptron(5, 4, 3)),
        Translated(Samples.HalfPlusTwo()),
        Shapes(), Branches(), Quantised(), Detections(), Recurrent(), Images(),
    ];

    private static byte[] Translated(SavedModelBuilder builder)
    {
        using var folder = builder.Save();
        return SavedModelLoader.Translate(folder.Path + "/saved_model.pb", ModelFormats.DefaultSignature, ModelLimits.Default);
    }

    private static byte[] Shapes() => Model(
        [Ints("one", 1), Ints("axis0", 0), Ints("sizes", 2, 3), Ints("pads", 0, 1, 0, 1), Ints("repeats", 2, 2), Scalar("zero", 0), Scalar("three", 3), Scalar("step", 1)],
        Node("Shape", "x", "shape"), Node("Gather", "shape axis0", "batch"), Node("Concat", "batch one", "target", Int("axis", 0)),
        Node("Slice", "x axis0 one one", "first"), Node("Reshape", "first target", "flat"), Node("Transpose", "flat", "turned", List("perm", 1, 0)),
        Node("Expand", "turned sizes", "wide"), Node("Tile", "wide repeats", "tiled"), Node("Pad", "tiled pads", "padded"),
        Node("Range", "zero three step", "range"), Node("ConstantOfShape", "sizes", "zeros"), Node("Unsqueeze", "zeros one", "high"),
        Node("Squeeze", "high one", "low"), Node("Split", "low", "left right", Int("axis", 0), Int("num_outputs", 2)),
        Node("Cast", "range", "numbers", Int("to", 1)), Node("Add", "left numbers", "moved"), Node("ReduceSum", "moved one", "sum"),
        Node("ReduceMean", "padded one", "mean"), Node("Add", "sum mean", "y"));

    private static byte[] Branches()
    {
        var body = new GraphProto { Name = "body" };
        body.Input.Add([Declare("i", Type.Int64), Declare("go", Type.Bool), Declare("state", Type.Float, 1)]);
        body.Node.Add([Node("Identity", "go", "on"), Node("Add", "state x1", "next"), Node("Identity", "next", "seen")]);
        body.Output.Add([Declare("on", Type.Bool), Declare("next", Type.Float, 1), Declare("seen", Type.Float, 1)]);
        GraphProto Branch(string op) => new() { Name = op, Node = { Node(op, "last", "result" + op) }, Output = { Declare("result" + op, Type.Float, 1) } };
        return Model(
            [Ints("axis0", 0), Ints("one", 1), Scalar("three", 3), new TensorProto { Name = "yes", DataType = (int)Type.Bool, RawData = ByteString.CopyFrom(1) }],
            Node("ReduceSum", "x", "x1", Int("keepdims", 0)), Node("Unsqueeze", "x1 axis0", "start"),
            Node("Loop", "three yes start", "last trail", Graph("body", body)),
            Node("If", "yes", "y", Graph("then_branch", Branch("Relu")), Graph("else_branch", Branch("Neg"))));
    }

    private static byte[] Quantised() => Model(
        [Floats("scale", [], .1f), new TensorProto { Name = "point", DataType = (int)Type.Uint8, RawData = ByteString.CopyFrom(3) },
            new TensorProto { Name = "w", DataType = (int)Type.Uint8, Dims = { 4, 2 }, RawData = ByteString.CopyFrom(1, 2, 3, 4, 5, 6, 7, 8) }],
        Node("QuantizeLinear", "x scale point", "q"), Node("QLinearMatMul", "q scale point w scale point scale point", "product"),
        Node("MatMulInteger", "q w point point", "sum"), Node("DequantizeLinear", "product scale point", "real"),
        Node("DynamicQuantizeLinear", "real", "again s p"), Node("Cast", "sum", "whole", Int("to", 1)), Node("Mul", "whole real", "y"));

    private static byte[] Detections() => Model(
        [Ints("two", 2), Ints("max", 5), Ints("one", 1), Ints("box", 1, 1, 4), Ints("grid", 1, 1, 1), Floats("half", [1], .5f), Floats("onoff", [2], 0, 1), Scalar("depth", 4), Ints("at", 0)],
        Node("TopK", "x two", "best index"), Node("ArgMax", "x", "peak", Int("axis", 1)), Node("OneHot", "peak depth onoff", "hot"),
        Node("Slice", "x at one at", "first"), Node("Reshape", "first box", "boxes"), Node("ReduceMax", "first", "top"), Node("Reshape", "top grid", "scores"),
        Node("NonMaxSuppression", "boxes scores max half half", "kept"), Node("GatherND", "boxes kept", "chosen"), Node("CumSum", "best one", "cum"),
        Node("GreaterOrEqual", "x half", "mask"), Node("Where", "mask x half", "bounded"), Node("NonZero", "bounded", "where"), Node("Transpose", "where", "places"),
        Node("ScatterND", "x places cells", "scattered"), Node("GatherElements", "x index", "cells2", Int("axis", 1)), Node("Shape", "places", "count"),
        Node("Einsum", "bounded scattered", "y", Text("equation", "ij,kj->ik")),
        Node("GatherND", "x places", "cells"));

    private static byte[] Recurrent() => Model(
        [Ints("axis0", 0), Floats("w", [1, 8, 4], new float[32]), Floats("r", [1, 8, 2], new float[16]), Floats("b", [1, 16], new float[16]), Floats("g", [2], 1, 1)],
        Node("Unsqueeze", "x axis0", "steps"), Node("LSTM", "steps w r b", "hidden last", Int("hidden_size", 2)), Node("Squeeze", "last axis0", "flat"),
        Node("LayerNormalization", "flat g g", "normal"), Node("Gelu", "normal", "y"));

    /// <summary>A model with a function of its own, sound but not supported.</summary>
    public static byte[] Functions()
    {
        var model = ModelProto.Parser.ParseFrom(Model([], Node("Twice", "x", "y", domain: "own")));
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "own", Version = 1 });
        // FunctionProto: name 1, input 4, output 5, node 7, opset_import 9, domain 10.
        var function = new List<ProtoField>
        {
            Field(1, "Twice"u8), Field(4, "a"u8), Field(5, "b"u8), Field(7, Node("Add", "a a", "b").ToByteArray()),
            Field(9, new OperatorSetIdProto { Version = OnnxGraphBuilder.Opset }.ToByteArray()), Field(10, "own"u8),
        };
        return [.. model.ToByteArray(), .. ProtoField.Write([Field(25, ProtoField.Write(function))])];
    }

    private static byte[] Images() => Model(
        [Ints("grid", -1, 1, 2, 2), Floats("scales", [4], 1, 1, 2, 2), Floats("w", [2, 1, 3, 3], new float[18]), Floats("v", [2, 1, 2, 2], new float[8]), Floats("c", [2], 1, 2), Ints("flat", 0, -1)],
        Node("Reshape", "x grid", "image"), Node("Resize", "image  scales", "large", Text("mode", "linear"), Text("coordinate_transformation_mode", "half_pixel")),
        Node("Conv", "large w c", "conv", List("pads", 1, 1, 1, 1), List("strides", 1, 1)), Node("BatchNormalization", "conv c c c c", "normal"),
        Node("LeakyRelu", "normal", "leaky"), Node("MaxPool", "leaky", "pool", List("kernel_shape", 2, 2), List("strides", 2, 2)),
        Node("ConvTranspose", "pool v", "up", List("strides", 2, 2)), Node("DepthToSpace", "leaky2", "deep", Int("blocksize", 2)),
        Node("SpaceToDepth", "up", "leaky2", Int("blocksize", 2)), Node("AveragePool", "deep", "mean", List("kernel_shape", 2, 2)),
        Node("GlobalAveragePool", "mean", "one"), Node("LRN", "up", "local", Int("size", 3)), Node("Reshape", "local flat", "y"));

    /// <summary>A model of an input <c>x: float32[-1,4]</c> and an output <c>y</c>.</summary>
    public static byte[] Model(TensorProto[] initializers, params NodeProto[] nodes)
    {
        var graph = new GraphProto { Name = "main" };
        graph.Initializer.Add(initializers);
        graph.Input.Add(Declare("x", Type.Float, -1, 4));
        graph.Node.Add(Sorted(nodes, [.. initializers.Select(i => i.Name), "x", ""]));
        graph.Output.Add(new ValueInfoProto { Name = "y", Type = new TypeProto { TensorType = new() { ElemType = (int)Type.Float } } });
        var model = new ModelProto { IrVersion = 9, ProducerName = "fuzz", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 20 });
        return model.ToByteArray();
    }

    private static List<NodeProto> Sorted(NodeProto[] nodes, HashSet<string> known)
    {
        var left = nodes.ToList();
        var sorted = new List<NodeProto>();
        while (left.Find(n => n.Input.All(known.Contains)) is { } next)
        {
            left.Remove(next);
            sorted.Add(next);
            known.UnionWith(next.Output);
        }

        left.ShouldBeEmpty();
        return sorted;
    }

    public static NodeProto Node(string op, string inputs, string outputs, params AttributeProto[] attributes) => Node(op, inputs, outputs, "", attributes);

    private static NodeProto Node(string op, string inputs, string outputs, string domain, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = op, Domain = domain };
        node.Input.Add(inputs.Split(' '));
        node.Output.Add(outputs.Split(' '));
        node.Attribute.Add(attributes);
        return node;
    }

    private static AttributeProto Int(string name, long value) => new() { Name = name, Type = Kind.Int, I = value };

    private static AttributeProto List(string name, params long[] values) => new() { Name = name, Type = Kind.Ints, Ints = { values } };

    public static AttributeProto Text(string name, string value) => new() { Name = name, Type = Kind.String, S = ByteString.CopyFromUtf8(value) };

    private static AttributeProto Graph(string name, GraphProto value) => new() { Name = name, Type = Kind.Graph, G = value };

    private static TensorProto Ints(string name, params long[] values) =>
        new() { Name = name, DataType = (int)Type.Int64, Dims = { values.Length }, RawData = Raw(values) };

    private static TensorProto Scalar(string name, long value) => new() { Name = name, DataType = (int)Type.Int64, RawData = Raw([value]) };

    private static TensorProto Floats(string name, long[] shape, params float[] values) =>
        new() { Name = name, DataType = (int)Type.Float, Dims = { shape }, RawData = Raw(values) };

    private static ByteString Raw<T>(T[] values)
        where T : unmanaged => ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));

    private static ValueInfoProto Declare(string name, Type type, params long[] shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new TensorShapeProto() };
        tensor.Shape.Dim.Add(shape.Select(s => s < 0 ? new TensorShapeProto.Types.Dimension() : new TensorShapeProto.Types.Dimension { DimValue = s }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private static ProtoField Field(int number, ReadOnlySpan<byte> content) =>
        new() { Number = number, Wire = ProtoField.Delimited, Bytes = content.ToArray() };
}
