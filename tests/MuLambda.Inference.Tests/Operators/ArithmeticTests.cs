using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class ArithmeticTests
{
    [Theory]
    [InlineData("Add", new[] { 11f, 22, 33, 14, 25, 36 })]
    [InlineData("AddV2", new[] { 11f, 22, 33, 14, 25, 36 })]
    [InlineData("Sub", new[] { -9f, -18, -27, -6, -15, -24 })]
    [InlineData("Mul", new[] { 10f, 40, 90, 40, 100, 180 })]
    [InlineData("RealDiv", new[] { .1f, .1f, .1f, .4f, .25f, .2f })]
    public void A_row_is_broadcast_over_a_batch(string op, float[] expected) =>
        OneOperator.Run([1f, 2, 3, 4, 5, 6], [2, 3], g => g.Node(op, "y", ["x", g.Const("row", [10f, 20, 30], 3)]))
            .ShouldHoldAbout([2, 3], expected);

    [Fact]
    public void Doubles_keep_their_precision() =>
        OneOperator.Run([1d, 2], [2], g => g.Node("AddV2", "y", ["x", g.Const("c", [1e-12])])).ShouldHold([2], 1 + 1e-12, 2 + 1e-12);

    [Fact]
    public void Integers_wrap_and_longs_do_not()
    {
        OneOperator.Run([int.MaxValue, 5], [2], g => g.Node("AddV2", "y", ["x", g.Const("c", [1])])).ShouldHold([2], int.MinValue, 6);
        OneOperator.Run([(long)int.MaxValue, 5], [2], g => g.Node("AddV2", "y", ["x", g.Const("c", [1L])])).ShouldHold([2], 1L + int.MaxValue, 6);
    }

    [Fact]
    public void Bytes_wrap_at_256()
    {
        OneOperator.Run([(byte)250, (byte)3], [2], g => g.Node("AddV2", "y", ["x", g.Const("c", [(byte)10])])).ShouldHold([2], (byte)4, (byte)13);
        OneOperator.Run([(byte)250, (byte)3], [2], g => g.Node("Sub", "y", ["x", g.Const("c", [(byte)10])])).ShouldHold([2], (byte)240, (byte)249);
        OneOperator.Run([(byte)250, (byte)3], [2], g => g.Node("Mul", "y", ["x", g.Const("c", [(byte)2])])).ShouldHold([2], (byte)244, (byte)6);
    }

    [Fact]
    public void Integers_divide_towards_zero() =>
        OneOperator.Run([7, -7, 9], [3], g => g.Node("RealDiv", "y", ["x", g.Const("c", [2])])).ShouldHold([3], 3, -3, 4);

    [Theory]
    [InlineData("BiasAdd")]
    [InlineData("BiasAddV1")]
    public void A_bias_is_added_along_the_last_dimension(string op) =>
        OneOperator.Run([1f, 2, 3, 4], [1, 1, 2, 2], g => g.Node(op, "y", ["x", g.Const("b", [10f, 20], 2)]))
            .ShouldHold([1, 1, 2, 2], 11f, 22, 13, 24);

    [Fact]
    public void A_bias_is_added_along_the_second_dimension_of_channels_first_images() =>
        OneOperator.Run([1f, 2, 3, 4], [1, 2, 1, 2], g => g.Node("BiasAdd", "y", ["x", g.Const("b", [10f, 20], 2)], Attr("data_format", "NCHW")))
            .ShouldHold([1, 2, 1, 2], 11f, 12, 23, 24);

    [Fact]
    public void Adding_two_convolved_images_adds_them_in_their_own_layout() =>
        OneOperator.Run(
            [1f, 2, 3, 4],
            [1, 2, 2, 1],
            g =>
            {
                g.Const("f", [1f, 10], 1, 1, 1, 2);
                string Conv(string name) => g.Node("Conv2D", name, ["x", "f"], Ints("strides", 1, 1, 1, 1), Attr("padding", "VALID"));
                var sum = g.Node("AddV2", "sum", [Conv("a"), Conv("b")]);
                var scaled = g.Node("Mul", "scaled", [sum, g.Const("half", [.5f])]);
                return g.Node("AddV2", "y", [scaled, g.Const("row", [100f, 200], 2)]);
            })
            .ShouldHold([1, 2, 2, 2], 101f, 210, 102, 220, 103, 230, 104, 240);
}
