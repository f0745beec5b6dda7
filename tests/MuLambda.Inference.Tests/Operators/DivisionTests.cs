using MuLambda.Inference.Tests.Graphs;

namespace MuLambda.Inference.Tests.Operators;

public sealed class DivisionTests
{
    private static readonly int[] Dividends = [7, -7, 6, -6, 0, int.MinValue, int.MaxValue, 1];
    private static readonly int[] Divisors = [2, 2, -4, -4, 5, -1, -1, int.MinValue];

    [Theory]
    [InlineData("RealDiv", false)]
    [InlineData("Div", false)]
    [InlineData("TruncateDiv", false)]
    [InlineData("FloorDiv", true)]
    public void Integers_divide_towards_zero_or_down(string op, bool floor)
    {
        var expected = Dividends.Zip(Divisors, (a, b) => unchecked((int)(floor ? (long)Math.Floor((double)a / b) : (long)a / b))).ToArray();
        OneOperator.Run(Dividends, [8], g => g.Node(op, "y", ["x", g.Ints("d", Divisors)])).ShouldHold([8], expected);
        Pairs(op, Dividends, Divisors).ShouldHold([8], expected);
    }

    [Theory]
    [InlineData("FloorMod", true)]
    [InlineData("Mod", false)]
    [InlineData("TruncateMod", false)]
    public void What_is_left_has_the_sign_of_the_divisor_or_of_the_dividend(string op, bool floor)
    {
        var expected = Dividends.Zip(Divisors, (a, b) => (int)(floor ? ((((long)a % b) + b) % b) : (long)a % b)).ToArray();
        OneOperator.Run(Dividends, [8], g => g.Node(op, "y", ["x", g.Ints("d", Divisors)])).ShouldHold([8], expected);
        Pairs(op, Dividends, Divisors).ShouldHold([8], expected);
    }

    [Fact]
    public void Longs_and_bytes_divide_as_well()
    {
        OneOperator.Run([-9L, long.MinValue], [2], g => g.Node("FloorDiv", "y", ["x", g.Const("d", [4L, -1L], 2)])).ShouldHold([2], -3L, long.MinValue);
        OneOperator.Run([(byte)250, (byte)7], [2], g => g.Node("FloorDiv", "y", ["x", g.Const("d", [(byte)7])])).ShouldHold([2], (byte)35, (byte)1);
        OneOperator.Run([(byte)250, (byte)7], [2], g => g.Node("FloorMod", "y", ["x", g.Const("d", [(byte)7])])).ShouldHold([2], (byte)5, (byte)0);
    }

    [Fact]
    public void Floats_divide_and_leave_what_they_leave()
    {
        float[] x = [7, -7, 7, -7];
        OneOperator.Run(x, [4], g => g.Node("FloorDiv", "y", ["x", g.Const("d", [2f, 2, -2, -2], 4)])).ShouldHold([4], 3f, -4, -4, 3);
        OneOperator.Run(x, [4], g => g.Node("FloorMod", "y", ["x", g.Const("d", [2f, 2, -2, -2], 4)])).ShouldHold([4], 1f, 1, -1, -1);
        OneOperator.Run(x, [4], g => g.Node("Mod", "y", ["x", g.Const("d", [2f, 2, -2, -2], 4)])).ShouldHold([4], 1f, -1, 1, -1);
    }

    [Fact]
    public void A_float_over_zero_is_infinite_or_nothing_by_the_operator()
    {
        OneOperator.Run([1f, 0], [2], g => g.Node("RealDiv", "y", ["x", g.Const("d", [0f])])).ShouldHold([2], float.PositiveInfinity, float.NaN);
        OneOperator.Run([1f, 0, 6], [3], g => g.Node("DivNoNan", "y", ["x", g.Const("d", [0f, 0, 3], 3)])).ShouldHold([3], 0f, 0, 2);
        OneOperator.Run([1f, 0, 6], [3], g => g.Node("Xdivy", "y", ["x", g.Const("d", [2f, 0, 3], 3)])).ShouldHold([3], .5f, 0, 2);
    }

    [Fact]
    public void A_constant_divisor_of_zero_is_refused_by_name()
    {
        var error = Should.Throw<ModelFormatException>(
            () => OneOperator.Run([7], [1], g => g.Node("RealDiv", "quotient", ["x", g.Const("c", [0])])));
        error.Message.ShouldContain("operator RealDiv (node quotient) divides integers by 0");
    }

    [Theory]
    [InlineData("Div")]
    [InlineData("FloorDiv")]
    [InlineData("FloorMod")]
    [InlineData("Mod")]
    public void A_divisor_of_zero_in_a_request_fails_the_request(string op)
    {
        var error = Should.Throw<InferenceException>(() => Pairs(op, [4, 5], [2, 0]));
        error.Message.ShouldContain("integer division by zero");
    }

    // Both numbers come with the request.
    private static Tensor Pairs(string op, int[] left, int[] right)
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("a", DType.Int32, -1);
        builder.Placeholder("b", DType.Int32, -1);
        builder.Node(op, "y", ["a", "b"]);
        builder.Signature("serving_default", [("a", "a", DType.Int32, [-1]), ("b", "b", DType.Int32, [-1])], ("y", "y", DType.Int32));
        using var model = builder.Load();
        using var a = Tensor.From<int>(left, [left.Length]);
        using var b = Tensor.From<int>(right, [right.Length]);
        return model.Run("", new Dictionary<string, Tensor> { ["a"] = a, ["b"] = b })["y"];
    }
}
