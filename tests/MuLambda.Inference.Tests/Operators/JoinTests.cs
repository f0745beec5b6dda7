using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class JoinTests
{
    [Theory]
    [InlineData(0, new long[] { 2, 2, 2 }, new[] { 1f, 2, 3, 4, 10, 20, 30, 40 })]
    [InlineData(1, new long[] { 2, 2, 2 }, new[] { 1f, 2, 10, 20, 3, 4, 30, 40 })]
    [InlineData(-1, new long[] { 2, 2, 2 }, new[] { 1f, 10, 2, 20, 3, 30, 4, 40 })]
    public void Values_are_packed_along_a_new_axis(int axis, long[] shape, float[] expected) =>
        OneOperator.Run([1f, 2, 3, 4], [2, 2], g =>
            g.Node("Pack", "y", ["x", g.Node("Mul", "ten", ["x", g.Const("c", [10f])])], Attr("axis", axis))).ShouldHold(shape, expected);

    [Theory]
    [InlineData(1, "u:0", new[] { 1f, 4 })]
    [InlineData(1, "u:2", new[] { 3f, 6 })]
    [InlineData(-1, "u:1", new[] { 2f, 5 })]
    public void Values_are_unpacked(int axis, string part, float[] expected) =>
        OneOperator.Run([1f, 2, 3, 4, 5, 6], [2, 3], g =>
        {
            g.Node("Unpack", "u", ["x"], Attr("axis", axis), Attr("num", 3));
            return g.Node("Identity", "y", [part]);
        }).ShouldHold([2], expected);

    [Fact]
    public void A_dimension_is_split_evenly_or_by_sizes()
    {
        float[] x = [1, 2, 3, 4, 5, 6, 7, 8];
        OneOperator.Run(x, [2, 4], g =>
        {
            g.Node("Split", "s", [g.Int("axis", -1), "x"], Attr("num_split", 2));
            return g.Node("Sub", "y", ["s:1", "s"]);
        }).ShouldHold([2, 2], 2f, 2, 2, 2);
        OneOperator.Run(x, [4, 2], g =>
        {
            g.Node("Split", "s", [g.Int("axis", 0), "x"], Attr("num_split", 2));
            return g.Node("Sub", "y", ["s:1", "s"]);
        }).ShouldHold([2, 2], 4f, 4, 4, 4);
        OneOperator.Run(x, [2, 4], g =>
        {
            g.Node("SplitV", "s", ["x", g.Ints("sizes", 1, -1), g.Int("axis", 1)], Attr("num_split", 2));
            return g.Node("Identity", "y", ["s:1"]);
        }).ShouldHold([2, 3], 2f, 3, 4, 6, 7, 8);
    }

    [Theory]
    [InlineData(0, new[] { 1f })]
    [InlineData(1, new[] { 2f, 3, 4 })]
    [InlineData(2, new[] { 5f, 6 })]
    [InlineData(3, new float[0])]
    public void What_is_left_over_of_a_batch_of_any_size_is_a_part(int part, float[] expected) =>
        OneOperator.Run([1f, 2, 3, 4, 5, 6], [6], g =>
        {
            g.Node("SplitV", "s", ["x", g.Ints("sizes", 1, -1, 2, 0), g.Int("axis", 0)], Attr("num_split", 4));
            return g.Node("Identity", "y", [$"s:{part}"]);
        }).ShouldHold([expected.Length], expected);

    [Fact]
    public void A_split_that_does_not_come_out_even_is_refused_by_name()
    {
        var error = Should.Throw<ModelFormatException>(() => OneOperator.Run([1f, 2, 3], [1, 3], g =>
        {
            g.Node("Split", "halves", [g.Int("axis", 1), "x"], Attr("num_split", 2));
            return g.Node("Identity", "y", ["halves"]);
        }));
        error.Message.ShouldContain("operator Split (node halves) splits 3 into 2 parts");
    }

    [Fact]
    public void The_first_version_of_concat_has_its_axis_first() =>
        OneOperator.Run([1f, 2], [1, 2], g => g.Node("Concat", "y", [g.Int("axis", 1), "x", "x"])).ShouldHold([1, 4], 1f, 2, 1, 2);
}
