using MuLambda.Inference.SavedModels;
using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class GraphTests
{
    [Fact]
    public void The_operators_of_the_first_release_are_there() =>
        new[]
        {
            "Placeholder", "PlaceholderWithDefault", "Const", "Identity", "IdentityN", "StopGradient", "NoOp", "MatMul", "BiasAdd", "Add", "AddV2",
            "Sub", "Mul", "RealDiv", "Relu", "Relu6", "Sigmoid", "Tanh", "Softmax", "Conv2D", "DepthwiseConv2dNative", "MaxPool", "AvgPool", "Mean",
            "Reshape", "Squeeze", "ExpandDims", "Pad", "PadV2", "ConcatV2", "Transpose", "Cast", "ArgMax",
        }.ShouldBeSubsetOf(OperatorTable.Default.Names);

    [Fact]
    public void Identities_hand_on_what_they_get_by_output() =>
        OneOperator.Run([3f], [1], g =>
            {
                g.Node("IdentityN", "both", [g.Const("c", [5f], 1), "x"]);
                g.Node("StopGradient", "stop", ["both:1"]);
                return g.Node("Sub", "y", [g.Node("Identity", "first", ["both"]), "stop"]);
            })
            .ShouldHold([1], 2f);

    [Theory]
    [InlineData("PreventGradient")]
    [InlineData("Snapshot")]
    [InlineData("CheckNumerics")]
    [InlineData("EnsureShape")]
    [InlineData("DebugIdentity")]
    [InlineData("DebugGradientIdentity")]
    public void What_only_watches_hands_on_its_input(string op) =>
        OneOperator.Run([3f, -4], [2], g => g.Node("Neg", "y", [g.Node(op, "watched", ["x"])])).ShouldHold([2], -3f, 4);

    [Fact]
    public void A_placeholder_of_the_second_version_is_fed_and_missed_like_the_first()
    {
        var builder = new SavedModelBuilder();
        builder.Node("PlaceholderV2", "x", [], Attr("dtype", DType.Float32));
        builder.Node("PlaceholderV2", "forgotten", [], Attr("dtype", DType.Float32));
        builder.Node("Neg", "y", ["x"]);
        builder.Signature("serving_default", [("x", "x", DType.Float32, [-1])], ("y", "y", DType.Float32));
        using (var model = builder.Load())
        {
            using var x = Tensor.From<float>([3], [1]);
            model.Run("", new Dictionary<string, Tensor> { ["x"] = x })["y"].ShouldHold([1], -3f);
        }

        builder.Signature("other", [("x", "x", DType.Float32, [-1])], ("y", "forgotten", DType.Float32));
        Should.Throw<ModelFormatException>(() => builder.Load().Dispose()).Message
            .ShouldContain("operator PlaceholderV2 (node forgotten) is needed but is no input of the signature");
    }

    [Fact]
    public void Constants_are_resolved_through_identities() =>
        OneOperator.Run([1f, 2], [2, 1], g => g.Node("Reshape", "y", ["x", g.Node("Identity", "same", [g.Ints("shape", 1, 2)])])).ShouldHold([1, 2], 1f, 2);

    [Fact]
    public void Control_inputs_are_ignored_even_of_operators_that_are_not_supported() =>
        OneOperator.Run([3f], [1], g =>
            {
                g.Node("NoOp", "init", []);
                g.Node("Assert", "assert", ["x"]);
                return g.Node("Identity", "y", ["x", "^init", "^assert"]);
            })
            .ShouldHold([1], 3f);

    [Fact]
    public void A_placeholder_with_a_default_takes_it_where_it_is_not_fed()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.Float32, -1);
        builder.Node("PlaceholderWithDefault", "scale", [builder.Const("two", [2f])], Attr("dtype", DType.Float32));
        builder.Node("Mul", "y", ["x", "scale"]);
        builder.Signature("serving_default", [("x", "x", DType.Float32, [-1])], ("y", "y", DType.Float32));
        builder.Signature("scaled", [("x", "x", DType.Float32, [-1]), ("scale", "scale", DType.Float32, [])], ("y", "y", DType.Float32));
        using var model = builder.Load();
        using var x = Tensor.From<float>([3], [1]);
        using var ten = Tensor.From<float>([10], []);
        model.Run("serving_default", new Dictionary<string, Tensor> { ["x"] = x })["y"].ShouldHold([1], 6f);
        model.Run("scaled", new Dictionary<string, Tensor> { ["x"] = x, ["scale"] = ten })["y"].ShouldHold([1], 30f);
    }

    [Fact]
    public void A_signature_may_feed_the_middle_of_a_graph()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("bytes", DType.String, -1);
        builder.Node("DecodeRaw", "decoded", ["bytes"]);
        builder.Node("Relu", "y", ["decoded"]);
        builder.Signature("serving_default", [("pixels", "decoded:0", DType.Float32, [-1])], ("y", "y", DType.Float32));
        using var model = builder.Load();
        using var x = Tensor.From<float>([-1, 4], [2]);
        model.Run("", new Dictionary<string, Tensor> { ["pixels"] = x })["y"].ShouldHold([2], 0f, 4);
    }

    [Fact]
    public void An_output_may_be_an_input_or_a_constant_and_have_two_names()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.Int64, -1);
        builder.Const("c", [7L, 8], 2);
        builder.Signature(
            "serving_default", [("x", "x", DType.Int64, [-1])], ("a", "x", DType.Int64), ("b", "x", DType.Int64), ("c", "c", DType.Int64));
        using var model = builder.Load();
        using var x = Tensor.From<long>([5], [1]);
        using var outputs = model.Run("", new Dictionary<string, Tensor> { ["x"] = x });
        outputs.Select(o => o.Name).ShouldBe(["a", "b", "c"]);
        outputs["a"].ShouldHold([1], 5L);
        outputs["b"].ShouldHold([1], 5L);
        outputs["c"].ShouldHold([2], 7L, 8);
    }

    [Fact]
    public void Types_are_converted()
    {
        OneOperator.Run([1.9f, -1.9f, 0], [3], g => Cast(g, DType.Int32), DType.Int32).ShouldHold([3], 1, -1, 0);
        OneOperator.Run([1.9f, 0], [2], g => Cast(g, DType.Float64), DType.Float64).ShouldHold([2], (double)1.9f, 0);
        OneOperator.Run([1.9f, 200], [2], g => Cast(g, DType.UInt8), DType.UInt8).ShouldHold([2], (byte)1, (byte)200);
        OneOperator.Run([5, 0, -2], [3], g => Cast(g, DType.Bool), DType.Bool).ShouldHold([3], true, false, true);
        OneOperator.Run([true, false], [2], g => Cast(g, DType.Float32), DType.Float32).ShouldHold([2], 1f, 0);
        OneOperator.Run([(byte)255], [1], g => Cast(g, DType.Int64), DType.Int64).ShouldHold([1], 255L);
    }

    [Fact]
    public void A_graph_of_ten_thousand_nodes_in_a_row_is_no_deeper_than_the_stack() =>
        OneOperator.Run([1f], [1], g =>
            {
                var last = "x";
                for (var i = 0; i < 10_000; i++)
                {
                    last = g.Node("Identity", $"n{i}", [last]);
                }

                return g.Node("Relu", "y", [last]);
            })
            .ShouldHold([1], 1f);

    private static string Cast(SavedModelBuilder builder, DType type) => builder.Node("Cast", "y", ["x"], Attr("DstT", type));
}
