using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class PadTests
{
    [Fact]
    public void A_border_of_zeros_is_added() =>
        OneOperator.Run([1f, 2, 3, 4], [2, 2], g => g.Node("Pad", "y", ["x", g.Const("p", [0, 1, 2, 0], 2, 2)]))
            .ShouldHold([3, 4], 0f, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0);

    [Fact]
    public void A_border_has_the_value_given_in_the_type_of_the_image()
    {
        OneOperator.Run([1f, 2], [1, 2], g => g.Node("PadV2", "y", ["x", g.Const("p", [0L, 0, 1, 1], 2, 2), g.Const("v", [-7f])]))
            .ShouldHold([1, 4], -7f, 1, 2, -7);
        OneOperator.Run([1, 2], [2], g => g.Node("PadV2", "y", ["x", g.Const("p", [1, 0], 1, 2), g.Const("v", [9])])).ShouldHold([3], 9, 1, 2);
        OneOperator.Run([(byte)1], [1], g => g.Node("Pad", "y", ["x", g.Const("p", [1, 1], 1, 2)])).ShouldHold([3], (byte)0, (byte)1, (byte)0);
    }

    [Fact]
    public void The_border_may_come_with_the_request()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.Float32, -1, 2);
        builder.Placeholder("p", DType.Int32, 2, 2);
        builder.Node("Pad", "y", ["x", "p"]);
        builder.Signature("serving_default", [("x", "x", DType.Float32, [-1, 2]), ("p", "p", DType.Int32, [2, 2])], ("y", "y", DType.Float32));
        using var model = builder.Load();
        using var x = Tensor.From<float>([1, 2], [1, 2]);
        using var p = Tensor.From<int>([0, 1, 2, 0], [2, 2]);
        model.Run("", new Dictionary<string, Tensor> { ["x"] = x, ["p"] = p })["y"].ShouldHold([2, 4], 0f, 0, 1, 2, 0, 0, 0, 0);
    }

    [Fact]
    public void A_convolved_image_is_padded_along_its_own_dimensions()
    {
        float[] x = [1, 2, 3, 4];
        int[] paddings = [0, 0, 1, 0, 0, 2, 0, 1];
        using var direct = OneOperator.Run(x, [1, 2, 2, 1], g => g.Node("Pad", "y", ["x", g.Const("p", paddings, 4, 2)]));
        OneOperator.Run(x, [1, 2, 2, 1], g =>
            {
                var conv = g.Node("Conv2D", "conv", ["x", g.Const("f", [1f], 1, 1, 1, 1)], Ints("strides", 1, 1, 1, 1), Attr("padding", "VALID"));
                return g.Node("Pad", "y", [conv, g.Const("p", paddings, 4, 2)]);
            })
            .ShouldHold([1, 3, 4, 2], direct.AsReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void A_negative_border_is_refused_by_name()
    {
        var error = Should.Throw<ModelFormatException>(
            () => OneOperator.Run([1f], [1], g => g.Node("Pad", "crop", ["x", g.Const("p", [-1, 0], 1, 2)])));
        error.Message.ShouldContain("operator Pad (node crop) has a negative padding");
    }
}
