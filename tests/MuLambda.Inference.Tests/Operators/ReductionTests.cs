using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class ReductionTests
{
    private static readonly float[] Cube = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    [Theory]
    [InlineData(new[] { 0 }, false, new long[] { 3, 2 }, new[] { 4f, 5, 6, 7, 8, 9 })]
    [InlineData(new[] { 1 }, false, new long[] { 2, 2 }, new[] { 3f, 4, 9, 10 })]
    [InlineData(new[] { -1 }, false, new long[] { 2, 3 }, new[] { 1.5f, 3.5f, 5.5f, 7.5f, 9.5f, 11.5f })]
    [InlineData(new[] { 1, 2 }, false, new long[] { 2 }, new[] { 3.5f, 9.5f })]
    [InlineData(new[] { 1, 2 }, true, new long[] { 2, 1, 1 }, new[] { 3.5f, 9.5f })]
    [InlineData(new[] { 0, 1, 2 }, false, new long[] { }, new[] { 6.5f })]
    public void A_mean_is_taken_along_the_axes(int[] axes, bool keep, long[] shape, float[] expected) =>
        OneOperator.Run(Cube, [2, 3, 2], g => g.Node("Mean", "y", ["x", g.Ints("axes", axes)], Attr("keep_dims", keep))).ShouldHoldAbout(shape, expected);

    [Fact]
    public void A_mean_along_no_axes_changes_nothing() =>
        OneOperator.Run(Cube, [2, 3, 2], g => g.Node("Mean", "y", ["x", g.Ints("axes")])).ShouldHold([2, 3, 2], Cube);

    [Fact]
    public void The_axis_may_be_a_scalar() =>
        OneOperator.Run(Cube, [2, 6], g => g.Node("Mean", "y", ["x", g.Int("axis", 1)])).ShouldHold([2], 3.5f, 9.5f);

    [Theory]
    [InlineData(new[] { 1, 2 }, true)]
    [InlineData(new[] { 3 }, false)]
    [InlineData(new[] { 3 }, true)]
    [InlineData(new[] { 0, 1 }, false)]
    [InlineData(new[] { -2 }, false)]
    public void A_mean_of_a_convolved_image_is_taken_along_the_axes_of_its_own_layout(int[] axes, bool keep)
    {
        const int n = 2, h = 3, w = 4, c = 5;
        var x = Images.Some(n * h * w * c, 10);
        // A convolution with the identity between the channels.
        float[] identity = [.. from i in Enumerable.Range(0, c) from j in Enumerable.Range(0, c) select i == j ? 1f : 0];
        using var direct = OneOperator.Run(x, [n, h, w, c], g => g.Node("Mean", "y", ["x", g.Ints("axes", axes)], Attr("keep_dims", keep)));

        OneOperator.Run(x, [n, h, w, c], g =>
            {
                var conv = g.Node("Conv2D", "conv", ["x", g.Const("f", identity, 1, 1, c, c)], Ints("strides", 1, 1, 1, 1), Attr("padding", "VALID"));
                return g.Node("Mean", "y", [conv, g.Ints("axes", axes)], Attr("keep_dims", keep));
            })
            .ShouldHoldAbout(direct.Shape.ToArray(), direct.AsReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void A_mean_of_doubles_and_integers_has_their_type()
    {
        OneOperator.Run([1d, 2], [2], g => g.Node("Mean", "y", ["x", g.Ints("axes", 0)])).ShouldHold([], 1.5);
        OneOperator.Run([1, 2, 5], [3], g => g.Node("Mean", "y", ["x", g.Ints("axes", 0)])).ShouldHold([], 2);
        OneOperator.Run([(byte)250, (byte)255], [2], g => g.Node("Mean", "y", ["x", g.Ints("axes", 0)])).ShouldHold([], (byte)252);
    }

    [Fact]
    public void The_first_of_equal_maxima_counts() =>
        OneOperator.Run([1f, 7, 7, 3, 2, 1], [2, 3], g => g.Node("ArgMax", "y", ["x", g.Int("dimension", 1)]), DType.Int64).ShouldHold([2], 1L, 0);

    [Fact]
    public void The_position_of_the_maximum_comes_in_the_type_asked_for() =>
        OneOperator.Run([1, 7, 9, 3], [2, 2], g => g.Node("ArgMax", "y", ["x", g.Int("dimension", -2)], Attr("output_type", DType.Int32)), DType.Int32)
            .ShouldHold([2], 1, 0);

    [Fact]
    public void An_axis_that_only_the_request_knows_is_refused_by_name()
    {
        var error = Should.Throw<ModelFormatException>(() => OneOperator.Run([1], [1], g => g.Node("ArgMax", "best", ["x", "x"]), DType.Int64));
        error.Message.ShouldContain("operator ArgMax (node best) takes its dimension from input:x, which is not an integer constant");
    }

    [Theory]
    [InlineData("Sum", new[] { 6f, 15 })]
    [InlineData("Max", new[] { 3f, 6 })]
    [InlineData("Min", new[] { 1f, 4 })]
    [InlineData("Prod", new[] { 6f, 120 })]
    [InlineData("EuclideanNorm", new[] { 3.7416574f, 8.774964f })]
    public void Rows_are_reduced(string op, float[] expected) =>
        OneOperator.Run([1f, 2, 3, 4, 5, 6], [2, 3], g => g.Node(op, "y", ["x", g.Ints("axes", -1)])).ShouldHoldAbout([2], expected);

    [Fact]
    public void Truths_are_reduced()
    {
        bool[] x = [true, false, true, true];
        OneOperator.Run(x, [2, 2], g => g.Node("All", "y", ["x", g.Ints("axes", 1)])).ShouldHold([2], false, true);
        OneOperator.Run(x, [2, 2], g => g.Node("Any", "y", ["x", g.Ints("axes", 1)], Attr("keep_dims", true))).ShouldHold([2, 1], true, true);
    }

    [Fact]
    public void The_smallest_has_a_position_too() =>
        OneOperator.Run([3f, 1, 1, 5, 0, 7], [2, 3], g => g.Node("ArgMin", "y", ["x", g.Int("axis", 1)], Attr("output_type", DType.Int32)), DType.Int32)
            .ShouldHold([2], 1, 1);

    [Fact]
    public void Ranks_and_sizes_are_told()
    {
        OneOperator.Run([1f, 2, 3, 4], [2, 2], g => g.Node("Rank", "y", ["x"]), DType.Int32).ShouldHold([], 2);
        OneOperator.Run([1f, 2, 3, 4], [2, 2], g => g.Node("Size", "y", ["x"], Attr("out_type", DType.Int64)), DType.Int64).ShouldHold([], 4L);
        OneOperator.Run([1f, 2, 3, 4], [2, 2], g => g.Node("BroadcastArgs", "y", [g.Node("Shape", "s", ["x"]), g.Ints("c", 3, 1, 1)]), DType.Int32)
            .ShouldHold([3], 3, 2, 2);
    }
}
