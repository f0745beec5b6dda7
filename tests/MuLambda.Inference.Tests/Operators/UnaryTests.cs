using MuLambda.Inference.Tests.Graphs;

namespace MuLambda.Inference.Tests.Operators;

public sealed class UnaryTests
{
    private static readonly float[] Any = [-30, -2.5f, -1.5f, -.5f, -1e-6f, 0, 1e-6f, .3f, .5f, 1.5f, 2.5f, 30];
    private static readonly float[] Positive = [1e-6f, .3f, .5f, 1, 1.5f, 2.5f, 30, 1000];
    private static readonly float[] Unit = [-.99f, -.5f, -1e-6f, 0, 1e-6f, .3f, .99f];

    public static TheoryData<string, string, Func<double, double>> Functions => new()
    {
        { "Abs", "any", Math.Abs }, { "Neg", "any", v => -v }, { "Square", "any", v => v * v }, { "Sign", "any", v => Math.Sign(v) },
        { "Floor", "any", Math.Floor }, { "Ceil", "any", Math.Ceiling }, { "Round", "any", v => Math.Round(v, MidpointRounding.ToEven) },
        { "Rint", "any", v => Math.Round(v, MidpointRounding.ToEven) }, { "Sin", "any", Math.Sin }, { "Cos", "any", Math.Cos }, { "Tan", "unit", Math.Tan },
        { "Asin", "unit", Math.Asin }, { "Acos", "unit", Math.Acos }, { "Atan", "any", Math.Atan }, { "Sinh", "unit", Math.Sinh }, { "Cosh", "unit", Math.Cosh },
        { "Asinh", "any", Math.Asinh }, { "Acosh", "above one", Math.Acosh }, { "Atanh", "unit", Math.Atanh }, { "Exp", "unit", Math.Exp },
        { "Expm1", "any but 30", ExpM1 }, { "Log", "positive", Math.Log }, { "Log1p", "positive", LogP1 }, { "Sqrt", "positive", Math.Sqrt },
        { "Rsqrt", "positive", v => 1 / Math.Sqrt(v) }, { "Reciprocal", "positive", v => 1 / v }, { "Inv", "positive", v => 1 / v },
        { "Elu", "any", v => v < 0 ? ExpM1(v) : v }, { "Softplus", "any", v => Math.Log(1 + Math.Exp(-Math.Abs(v))) + Math.Max(v, 0) },
        { "Softsign", "any", v => v / (1 + Math.Abs(v)) },
        { "Selu", "any", v => 1.0507009873554805 * (v < 0 ? 1.6732632423543772 * ExpM1(v) : v) },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_of_each_element_is_the_one_of_that_name(string op, string over, Func<double, double> expected)
    {
        var x = over switch
        {
            "any" => Any,
            "any but 30" => Any[..^1],
            "unit" => Unit,
            "above one" => [1, 1.5f, 30],
            _ => Positive,
        };
        using var y = OneOperator.Run(x, [x.Length], g => g.Node(op, "y", ["x"]));
        var values = y.AsReadOnlySpan<float>().ToArray();
        for (var i = 0; i < x.Length; i++)
        {
            var e = expected(x[i]);
            // Elu and its kind are computed as exp(x) - 1 by the runtime, which near zero is as exact as a float near one.
            var absolute = op.EndsWith("lu", StringComparison.Ordinal) ? 2e-7 : 1e-9;
            ((double)values[i]).ShouldBe(e, absolute + (2e-5 * Math.Abs(e)), $"{op}({x[i]})");
        }
    }

    [Fact]
    public void Erf_is_half_of_gelu()
    {
        OneOperator.Run([0f, .5f, -1, 2], [4], g => g.Node("Erf", "y", ["x"])).ShouldHoldAbout([4], [0, .5204999f, -.8427008f, .9953223f], 1e-6);
        OneOperator.Run([0f, .5f, -1], [3], g => g.Node("Erfc", "y", ["x"])).ShouldHoldAbout([3], [1, .4795001f, 1.8427008f], 1e-6);
        // x / 2 * (1 + erf(x / sqrt 2))
        OneOperator.Run([-1f, 0, 1, 2], [4], g =>
            {
                var erf = g.Node("Erf", "erf", [g.Node("Mul", "scaled", ["x", g.Const("r", [.70710678f])])]);
                var half = g.Node("Mul", "half", ["x", g.Const("h", [.5f])]);
                return g.Node("Mul", "y", [half, g.Node("AddV2", "one", [erf, g.Const("o", [1f])])]);
            })
            .ShouldHoldAbout([4], [-.15865525f, 0, .8413447f, 1.9544997f], 1e-6);
    }

    [Fact]
    public void A_leak_has_its_slope()
    {
        OneOperator.Run([-2f, 3], [2], g => g.Node("LeakyRelu", "y", ["x"])).ShouldHoldAbout([2], [-.4f, 3]);
        OneOperator.Run([-2f, 3], [2], g => g.Node("LeakyRelu", "y", ["x"], SavedModelBuilder.Attr("alpha", .1f))).ShouldHoldAbout([2], [-.2f, 3]);
        OneOperator.Run([-2f, -2, 3, 3], [2, 2], g => g.Node("Prelu", "y", ["x", g.Const("a", [.5f, .25f], 2)])).ShouldHoldAbout([2, 2], [-1, -.5f, 3, 3]);
    }

    [Fact]
    public void An_angle_is_right_in_every_quadrant()
    {
        float[] y = [1, 1, -1, -1, 0, 0, 0, 2], x = [1, -1, -1, 1, 1, -1, 0, 0];
        OneOperator.Run(y, [8], g => g.Node("Atan2", "y", ["x", g.Const("b", x, 8)]))
            .ShouldHoldAbout([8], [.. y.Zip(x, (a, b) => (float)Math.Atan2(a, b))], 1e-6);
    }

    [Fact]
    public void Integers_are_rounded_to_themselves_and_signed()
    {
        OneOperator.Run([-3, 4], [2], g => g.Node("Floor", "y", ["x"])).ShouldHold([2], -3, 4);
        OneOperator.Run([-3L, 0, 4], [3], g => g.Node("Sign", "y", ["x"])).ShouldHold([3], -1L, 0, 1);
        OneOperator.Run([-3, 4], [2], g => g.Node("Square", "y", ["x"])).ShouldHold([2], 9, 16);
    }

    private static double ExpM1(double v) => Math.Abs(v) < 1e-4 ? v + (v * v / 2) : Math.Exp(v) - 1;

    private static double LogP1(double v) => Math.Abs(v) < 1e-4 ? v - (v * v / 2) : Math.Log(1 + v);
}
