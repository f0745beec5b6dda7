using MuLambda.Inference.SavedModels;
using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class FoldingTests
{
    [Fact]
    public void A_shape_computed_from_an_image_is_a_constant_and_the_batch_stays_open()
    {
        var builder = Flattening();
        LayoutTests.Translate(builder).Graph.Node.Select(n => n.OpType).ShouldBe(["Reshape", "Identity"]);
        using var model = builder.Load();
        foreach (var n in new[] { 1, 3 })
        {
            using var x = Tensor.From<float>(new float[n * 24], [n, 2, 3, 4]);
            using var outputs = model.Run("", new Dictionary<string, Tensor> { ["x"] = x });
            outputs["y"].Shape.ToArray().ShouldBe([n, 6, 4]);
        }
    }

    [Fact]
    public void Arithmetic_on_shapes_is_done_when_the_model_is_loaded()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.Float32, -1, 7, 4);
        var shape = builder.Node("Shape", "shape", ["x"], Attr("out_type", DType.Int64));
        builder.Node("Unpack", "sizes", [shape], Attr("num", 3));
        var half = builder.Node("FloorDiv", "half", ["sizes:1", builder.Const("two", [2L])]);
        var rest = builder.Node("FloorMod", "rest", ["sizes:1", "two"]);
        var product = builder.Node("Prod", "product", [builder.Node("Pack", "both", [half, "sizes:2"]), builder.Ints("axis", 0)]);
        var sum = builder.Node("AddV2", "sum", [product, builder.Node("Mul", "more", [rest, builder.Const("sixteen", [16L])])]);
        // 7 * 4 = 28 = (3 * 4) + (1 * 16)
        builder.Node("Reshape", "y", ["x", builder.Node("Pack", "wanted", [builder.Const("open", [-1L]), sum])]);
        builder.Signature("serving_default", [("x", "x", DType.Float32, [-1, 7, 4])], ("y", "y", DType.Float32));
        LayoutTests.Translate(builder).Graph.Node.Select(n => n.OpType).ShouldBe(["Reshape", "Identity"]);
    }

    [Fact]
    public void A_constant_that_takes_floats_to_compute_is_computed_when_it_is_asked_for() =>
        OneOperator.Run([1f, 2, 3, 4], [4], g =>
        {
            var size = g.Node("Mul", "scaled", [g.Const("size", [1f, 2], 2), g.Node("Sqrt", "root", [g.Const("four", [4f])])]);
            g.Node("SplitV", "s", ["x", g.Node("Cast", "sizes", [g.Node("Sub", "less", [size, g.Const("c", [0f, 2], 2)])], Attr("DstT", DType.Int32)), g.Int("axis", 0)]);
            return g.Node("Sub", "y", ["s:1", "s"]);
        }).ShouldHold([2], 2f, 2);

    [Fact]
    public void What_a_constant_computation_would_take_is_bounded()
    {
        var error = Should.Throw<ModelFormatException>(() => OneOperator.Run([1f], [1], g =>
        {
            var huge = g.Node("Fill", "huge", [g.Ints("dims", 100_000, 100_000), g.Const("one", [1f])]);
            var sum = g.Node("Cast", "sum", [g.Node("Sum", "all", [huge, g.Ints("axes", 0, 1)])], Attr("DstT", DType.Int32));
            return g.Node("ExpandDims", "y", ["x", sum]);
        }));
        error.Message.ShouldContain("operator ExpandDims (node y) takes its dim from");
    }

    [Fact]
    public void All_operators_that_are_not_supported_are_named_at_once()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.Float32, -1);
        builder.Node("Digamma", "first", ["x"]);
        builder.Node("Igamma", "second", ["first", builder.Node("Digamma", "third", ["x"])]);
        builder.Signature("serving_default", [("x", "x", DType.Float32, [-1])], ("y", "second", DType.Float32));
        Should.Throw<ModelFormatException>(() => builder.Load()).Message
            .ShouldContain("signature serving_default: operators Igamma (node second), Digamma (node first) are not supported");
    }

    [Fact]
    public void Inputs_that_do_not_fit_together_are_refused_by_name()
    {
        Should.Throw<ModelFormatException>(() => OneOperator.Run([1f, 2], [1, 2], g => g.Node("Tile", "repeat", ["x", g.Ints("m", 2)]))).Message
            .ShouldContain("operator Tile (node repeat) has inputs or attributes that do not fit together");
        Should.Throw<ModelFormatException>(() => OneOperator.Run([1f, 2], [1, 2], g =>
            g.Node("TopKV2", "best", ["x", g.Ints("k")]))).Message.ShouldContain("best");
    }

    // [n, 2, 3, 4] to [n, 6, 4], as Keras writes it.
    private static SavedModelBuilder Flattening()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.Float32, -1, 2, 3, 4);
        string At(int i) => builder.Node(
            "StridedSlice",
            $"at{i}",
            [builder.Graph.Node.Any(n => n.Name == "shape") ? "shape" : builder.Node("Shape", "shape", ["x"]), builder.Ints($"b{i}", i), builder.Ints($"e{i}", i + 1), builder.Ints($"s{i}", 1)],
            Attr("shrink_axis_mask", 1));
        var pixels = builder.Node("Mul", "pixels", [At(1), At(2)]);
        builder.Node("Reshape", "y", ["x", builder.Node("Pack", "wanted", [At(0), pixels, At(3)])]);
        return builder.Signature("serving_default", [("x", "x", DType.Float32, [-1, 2, 3, 4])], ("y", "y", DType.Float32));
    }
}
