using MuLambda.Inference.Onnx.Proto;
using MuLambda.Inference.SavedModels;
using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

/// <summary>What comes behind a convolution is computed in the convolution's layout, gives the same, and costs no transposes.</summary>
public sealed class LayoutTests
{
    private const int Height = 4, Width = 5, Channels = 2;

    private static readonly Dictionary<string, (Func<SavedModelBuilder, string, string> Build, DType Type)> Operators = new()
    {
        ["add a row of channels"] = ((g, x) => g.Node("AddV2", "y", [x, g.Const("c", [10f, 20], 2)]), DType.Float32),
        ["multiply by a column"] = ((g, x) => g.Node("Mul", "y", [x, g.Const("c", [1f, 2, 3, 4, 5], 5, 1)]), DType.Float32),
        ["subtract from an image"] = ((g, x) => g.Node("Sub", "y", [g.Const("c", Images.Some(40, 9), 1, 4, 5, 2), x]), DType.Float32),
        ["add what is not convolved"] = ((g, x) => g.Node("AddV2", "y", ["x", x]), DType.Float32),
        ["squeeze and excite"] = (Excite, DType.Float32),
        ["compare"] = ((g, x) => g.Node("Greater", "y", [x, g.Const("c", [.1f, -.1f], 2)]), DType.Bool),
        ["choose"] = ((g, x) => g.Node("SelectV2", "y", [g.Const("c", [true, false], 2), x, g.Const("n", [7f])]), DType.Float32),
        ["clip"] = ((g, x) => g.Node("ClipByValue", "y", [x, g.Const("a", [-.5f]), g.Const("b", [.5f])]), DType.Float32),
        ["slope"] = ((g, x) => g.Node("Prelu", "y", [x, g.Const("a", [.5f, .25f], 1, 1, 2)]), DType.Float32),
        ["softmax of the channels"] = ((g, x) => g.Node("Softmax", "y", [x]), DType.Float32),
        ["best channel"] = ((g, x) => g.Node("ArgMax", "y", [x, g.Int("axis", -1)]), DType.Int64),
        ["sum of columns"] = ((g, x) => g.Node("Sum", "y", [x, g.Ints("axes", 2)]), DType.Float32),
        ["largest of channels"] = ((g, x) => g.Node("Max", "y", [x, g.Ints("axes", -1)], Attr("keep_dims", true)), DType.Float32),
        ["slice of channels"] = ((g, x) => g.Node("Slice", "y", [x, g.Ints("b", 0, 1, 0, 1), g.Ints("s", -1, 2, -1, 1)]), DType.Float32),
        ["reverse"] = ((g, x) => g.Node("ReverseV2", "y", [x, g.Ints("axes", 2)]), DType.Float32),
        ["split"] = ((g, x) => Second(g, g.Node("Split", "s", [g.Int("axis", 3), x], Attr("num_split", 2))), DType.Float32),
        ["unpack"] = ((g, x) => Second(g, g.Node("Unpack", "s", [x], Attr("axis", 3), Attr("num", 2))), DType.Float32),
        ["concat"] = ((g, x) => g.Node("ConcatV2", "y", [x, "x", g.Int("axis", -1)]), DType.Float32),
        ["pack"] = ((g, x) => g.Node("Pack", "y", [x, "x"], Attr("axis", 1)), DType.Float32),
        ["expand"] = ((g, x) => g.Node("ExpandDims", "y", [x, g.Int("axis", 2)]), DType.Float32),
        ["mirror"] = ((g, x) => g.Node("MirrorPad", "y", [x, g.Const("p", [0, 0, 1, 2, 2, 0, 0, 0], 4, 2)], Attr("mode", "REFLECT")), DType.Float32),
        ["tile"] = ((g, x) => g.Node("Tile", "y", [x, g.Ints("m", 1, 1, 2, 2)]), DType.Float32),
        ["gather"] = ((g, x) => g.Node("GatherV2", "y", [x, g.Ints("i", 3, 1), g.Int("axis", 1)]), DType.Float32),
        ["cumulate"] = ((g, x) => g.Node("Cumsum", "y", [x, g.Int("axis", 1)]), DType.Float32),
        ["shape"] = ((g, x) => g.Node("Shape", "y", [x]), DType.Int32),
        ["reshape"] = ((g, x) => g.Node("Reshape", "y", [x, g.Ints("s", -1, 40)]), DType.Float32),
        ["transpose"] = ((g, x) => g.Node("Transpose", "y", [x, g.Ints("p", 0, 2, 3, 1)]), DType.Float32),
        ["resize"] = ((g, x) => g.Node("ResizeBilinear", "y", [x, g.Ints("s", 8, 3)], Attr("half_pixel_centers", true)), DType.Float32),
        ["cast"] = ((g, x) => g.Node("Cast", "y", [g.Node("Mul", "m", [x, g.Const("c", [9f])])], Attr("DstT", DType.Int32)), DType.Int32),
        ["mean of the image, flat"] = ((g, x) => g.Node("Reshape", "y", [g.Node("Mean", "m", [x, g.Ints("a", 1, 2)], Attr("keep_dims", true)), g.Ints("s", -1, 2)]), DType.Float32),
    };

    public static TheoryData<string> Names => [.. Operators.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_comes_out_behind_a_convolution_for_batches_of_one_and_three(string what)
    {
        var (build, type) = Operators[what];
        using var plain = Load(g => build(g, "x"), type);
        using var convolved = Load(g => build(g, Unchanged(g)), type);
        foreach (var n in new[] { 1, 3 })
        {
            using var x = Tensor.From<float>(Images.Some(n * Height * Width * Channels, n), [n, Height, Width, Channels]);
            using var expected = plain.Run("", new Dictionary<string, Tensor> { ["x"] = x });
            using var actual = convolved.Run("", new Dictionary<string, Tensor> { ["x"] = x });
            actual["y"].ToString().ShouldBe(expected["y"].ToString());
            if (type == DType.Float32)
            {
                actual["y"].AsReadOnlySpan<float>().ToArray().ShouldBe(expected["y"].AsReadOnlySpan<float>().ToArray(), 1e-6);
            }
            else
            {
                actual["y"].Bytes.ToArray().ShouldBe(expected["y"].Bytes.ToArray());
            }
        }
    }

    [Fact]
    public void A_network_of_residual_blocks_with_squeeze_and_excitation_is_transposed_when_it_begins_only()
    {
        var builder = new SavedModelBuilder();
        var x = builder.Placeholder("x", DType.Float32, -1, 8, 8, 3);
        var stem = Conv(builder, "stem", x, 3, 8, 2);
        for (var block = 0; block < 3; block++)
        {
            var normal = builder.Node(
                "FusedBatchNormV3",
                $"norm{block}",
                [Conv(builder, $"conv{block}", stem, 8, 8, 1), Vector(builder, $"scale{block}", 8), $"scale{block}", $"scale{block}", $"scale{block}"],
                Attr("is_training", false));
            // Swish, then squeeze and excitation through dense layers written as convolutions, then hard swish as Keras writes it.
            var swish = builder.Node("Mul", $"swish{block}", [normal, builder.Node("Sigmoid", $"sigmoid{block}", [normal])]);
            var mean = builder.Node("Mean", $"mean{block}", [swish, builder.Ints($"axes{block}", 1, 2)], Attr("keep_dims", true));
            var gate = builder.Node("Sigmoid", $"gate{block}", [Conv(builder, $"squeeze{block}", mean, 8, 8, 1)]);
            var excited = builder.Node("Mul", $"excited{block}", [swish, gate]);
            var padded = builder.Node("Pad", $"pad{block}", [excited, builder.Const($"pads{block}", [0, 0, 1, 1, 1, 1, 0, 0], 4, 2)]);
            var reduced = builder.Node("MaxPool", $"pool{block}", [padded], Ints("ksize", 1, 3, 3, 1), Ints("strides", 1, 1, 1, 1), Attr("padding", "VALID"));
            var sum = builder.Node("AddV2", $"residual{block}", [reduced, stem]);
            var hard = builder.Node("Relu6", $"hard{block}", [builder.Node("AddV2", $"three{block}", [sum, builder.Const($"c{block}", [3f])])]);
            stem = builder.Node("Mul", $"out{block}", [builder.Node("Mul", $"sixth{block}", [hard, builder.Const($"s{block}", [1 / 6f])]), sum]);
        }

        var joined = builder.Node("ConcatV2", "joined", [stem, Conv(builder, "branch", stem, 8, 8, 1), builder.Int("axis", 3)]);
        var pooled = builder.Node("Mean", "pooled", [joined, builder.Ints("image", 1, 2)]);
        builder.Node("MatMul", "y", [pooled, builder.Const("w", Images.Some(32, 1), 16, 2)]);
        builder.Signature("serving_default", [("x", "x", DType.Float32, [-1, 8, 8, 3])], ("y", "y", DType.Float32));
        Translate(builder).Graph.Node.Count(n => n.OpType == "Transpose").ShouldBe(1);
        using var model = builder.Load();
        using var images = Tensor.From<float>(Images.Some(3 * 192, 2), [3, 8, 8, 3]);
        using var outputs = model.Run("", new Dictionary<string, Tensor> { ["x"] = images });
        outputs["y"].Shape.ToArray().ShouldBe([3, 2]);
    }

    internal static ModelProto Translate(SavedModelBuilder builder)
    {
        using var folder = builder.Save();
        var file = Path.Combine(folder.Path, "saved_model.pb");
        return ModelProto.Parser.ParseFrom(SavedModelLoader.Translate(file, "serving_default", ModelLimits.Default));
    }

    private static string Conv(SavedModelBuilder g, string name, string x, int ins, int outs, int stride) => g.Node(
        "Conv2D",
        name,
        [x, g.Const(name + "/filter", Images.Some(9 * ins * outs, name.Length), 3, 3, ins, outs)],
        Ints("strides", 1, stride, stride, 1),
        Attr("padding", "SAME"));

    private static string Vector(SavedModelBuilder g, string name, int size) => g.Const(name, Enumerable.Repeat(1f, size).ToArray(), size);

    // A convolution that changes nothing but leaves its layout pending.
    private static string Unchanged(SavedModelBuilder g) =>
        g.Node("Conv2D", "same", ["x", g.Const("one", [1f, 0, 0, 1], 1, 1, 2, 2)], Ints("strides", 1, 1, 1, 1), Attr("padding", "VALID"));

    private static string Excite(SavedModelBuilder g, string x)
    {
        var mean = g.Node("Mean", "mean", ["x", g.Ints("axes", 1, 2)]);
        return g.Node("Mul", "y", [x, g.Node("Reshape", "gate", [mean, g.Ints("s", -1, 1, 1, 2)])]);
    }

    private static string Second(SavedModelBuilder g, string split) => g.Node("Identity", "y", [split + ":1"]);

    private static LoadedModel Load(Func<SavedModelBuilder, string> build, DType type)
    {
        var builder = new SavedModelBuilder();
        long[] shape = [-1, Height, Width, Channels];
        builder.Placeholder("x", DType.Float32, shape);
        builder.Signature("serving_default", [("x", "x", DType.Float32, shape)], ("y", build(builder), type));
        return builder.Load();
    }
}
