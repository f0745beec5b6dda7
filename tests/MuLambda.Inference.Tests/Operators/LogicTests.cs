using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class LogicTests
{
    [Theory]
    [InlineData("Equal", new[] { false, true, false })]
    [InlineData("NotEqual", new[] { true, false, true })]
    [InlineData("Less", new[] { true, false, false })]
    [InlineData("LessEqual", new[] { true, true, false })]
    [InlineData("Greater", new[] { false, false, true })]
    [InlineData("GreaterEqual", new[] { false, true, true })]
    public void Numbers_of_every_type_are_compared(string op, bool[] expected)
    {
        OneOperator.Run([1f, 2, 3], [3], g => g.Node(op, "y", ["x", g.Const("c", [2f])]), DType.Bool).ShouldHold([3], expected);
        OneOperator.Run([1d, 2, 3], [3], g => g.Node(op, "y", ["x", g.Const("c", [2d])]), DType.Bool).ShouldHold([3], expected);
        OneOperator.Run([1, 2, 3], [3], g => g.Node(op, "y", ["x", g.Const("c", [2])]), DType.Bool).ShouldHold([3], expected);
        OneOperator.Run([1L, 2, 3], [3], g => g.Node(op, "y", ["x", g.Const("c", [2L])]), DType.Bool).ShouldHold([3], expected);
        OneOperator.Run([(byte)1, (byte)2, (byte)3], [3], g => g.Node(op, "y", ["x", g.Const("c", [(byte)2])]), DType.Bool).ShouldHold([3], expected);
        OneOperator.Run([(short)1, (short)2, (short)3], [3], g => g.Node(op, "y", ["x", g.Const("c", [(short)2])]), DType.Bool).ShouldHold([3], expected);
    }

    [Theory]
    [InlineData("LogicalAnd", new[] { false, false, false, true })]
    [InlineData("LogicalOr", new[] { false, true, true, true })]
    [InlineData("LogicalXor", new[] { false, true, true, false })]
    [InlineData("Equal", new[] { true, false, false, true })]
    public void Truths_are_combined(string op, bool[] expected) =>
        OneOperator.Run([false, false, true, true], [4], g => g.Node(op, "y", ["x", g.Const("c", [false, true, false, true], 4)])).ShouldHold([4], expected);

    [Fact]
    public void Truths_are_negated() =>
        OneOperator.Run([false, true], [2], g => g.Node("LogicalNot", "y", ["x"])).ShouldHold([2], true, false);

    [Fact]
    public void Bits_are_combined()
    {
        OneOperator.Run([12, 10], [2], g => g.Node("BitwiseAnd", "y", ["x", g.Const("c", [6])])).ShouldHold([2], 4, 2);
        OneOperator.Run([12, 10], [2], g => g.Node("BitwiseOr", "y", ["x", g.Const("c", [6])])).ShouldHold([2], 14, 14);
        OneOperator.Run([12, 10], [2], g => g.Node("BitwiseXor", "y", ["x", g.Const("c", [6])])).ShouldHold([2], 10, 12);
        OneOperator.Run([12, -1], [2], g => g.Node("Invert", "y", ["x"])).ShouldHold([2], -13, 0);
    }

    [Fact]
    public void What_is_no_number_is_found()
    {
        float[] x = [1, float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        OneOperator.Run(x, [4], g => g.Node("IsNan", "y", ["x"]), DType.Bool).ShouldHold([4], false, true, false, false);
        OneOperator.Run(x, [4], g => g.Node("IsInf", "y", ["x"]), DType.Bool).ShouldHold([4], false, false, true, true);
        OneOperator.Run(x, [4], g => g.Node("IsFinite", "y", ["x"]), DType.Bool).ShouldHold([4], true, false, false, false);
    }

    [Fact]
    public void A_choice_broadcasts_in_the_second_version_and_takes_rows_in_the_first()
    {
        OneOperator.Run([1f, 2, 3, 4], [2, 2], g => g.Node("SelectV2", "y", [g.Const("c", [true, false], 2), "x", g.Const("n", [0f])]))
            .ShouldHold([2, 2], 1f, 0, 3, 0);
        OneOperator.Run([1f, 2, 3, 4], [2, 2], g => g.Node("Select", "y", [g.Const("c", [true, false], 2), "x", g.Node("ZerosLike", "z", ["x"])]))
            .ShouldHold([2, 2], 1f, 2, 0, 0);
        OneOperator.Run([1, 2, 3], [3], g => g.Node("Select", "y", [g.Node("Greater", "c", ["x", g.Const("t", [1])]), "x", g.Node("Neg", "n", ["x"])]))
            .ShouldHold([3], -1, 2, 3);
        OneOperator.Run([true, false], [2], g => g.Node("SelectV2", "y", ["x", g.Const("a", [false]), g.Const("b", [true])])).ShouldHold([2], false, true);
    }

    [Fact]
    public void Where_gives_the_positions_of_what_is_not_zero()
    {
        OneOperator.Run([0f, 5, -1, 0, 0, 2], [2, 3], g => g.Node("Where", "y", ["x"]), DType.Int64).ShouldHold([3, 2], 0L, 1, 0, 2, 1, 2);
        OneOperator.Run([false, true], [2], g => g.Node("Where", "y", ["x"]), DType.Int64).ShouldHold([1, 1], 1L);
    }

    [Fact]
    public void Larger_and_smaller_and_powers()
    {
        OneOperator.Run([1f, 5], [2], g => g.Node("Maximum", "y", ["x", g.Const("c", [3f])])).ShouldHold([2], 3f, 5);
        OneOperator.Run([1L, 5], [2], g => g.Node("Minimum", "y", ["x", g.Const("c", [3L])])).ShouldHold([2], 1L, 3);
        OneOperator.Run([(byte)1, (byte)5], [2], g => g.Node("Maximum", "y", ["x", g.Const("c", [(byte)3])])).ShouldHold([2], (byte)3, (byte)5);
        OneOperator.Run([2f, 9], [2], g => g.Node("Pow", "y", ["x", g.Const("c", [3f, .5f], 2)])).ShouldHoldAbout([2], [8, 3]);
        OneOperator.Run([2, -3], [2], g => g.Node("Pow", "y", ["x", g.Const("c", [3])])).ShouldHold([2], 8, -27);
        OneOperator.Run([2f, 5], [2], g => g.Node("SquaredDifference", "y", ["x", g.Const("c", [3f])])).ShouldHold([2], 1f, 4);
        OneOperator.Run([2f, 5], [2], g => g.Node("AddN", "y", ["x", "x", g.Const("c", [1f, 2], 2)])).ShouldHold([2], 5f, 12);
        OneOperator.Run([-2f, .5f, 5], [3], g => g.Node("ClipByValue", "y", ["x", g.Const("a", [0f]), g.Const("b", [1f])])).ShouldHold([3], 0f, .5f, 1);
        OneOperator.Run([float.NaN, 5], [2], g => g.Node("MulNoNan", "y", ["x", g.Const("c", [0f, 2], 2)])).ShouldHold([2], 0f, 10);
        OneOperator.Run([0f, 2], [2], g => g.Node("Xlogy", "y", ["x", g.Const("c", [0f, 1], 2)])).ShouldHold([2], 0f, 0);
    }

    [Fact]
    public void Unlike_types_are_refused_by_name()
    {
        var error = Should.Throw<ModelFormatException>(
            () => OneOperator.Run([1f], [1], g => g.Node("Maximum", "larger", ["x", g.Const("c", [3])])));
        error.Message.ShouldContain("operator Maximum (node larger) works on float32 and int32, which have to be the same");
        error = Should.Throw<ModelFormatException>(() => OneOperator.Run([1f], [1], g =>
            g.Node("Cast", "y", [g.Node("Less", "less", ["x", g.Const("c", [3])])], Attr("DstT", DType.Float32))));
        error.Message.ShouldContain("operator Less (node less) compares float32 with int32");
    }
}
