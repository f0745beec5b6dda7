using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

/// <summary>Operators on the types that the runtime has few kernels for.</summary>
public sealed class TypeTests
{
    private static readonly DType[] Numbers = [.. DTypes.All.Where(t => t is not (DType.Bool or DType.String))];

    public static TheoryData<DType> AllNumbers => [.. Numbers];

    [Theory]
    [MemberData(nameof(AllNumbers))]
    public void Every_number_is_computed_with(DType type)
    {
        // All values are small and whole, so that every type holds them.
        Run(type, [1, 2, 3, 4], g => g.Node("AddV2", "y", ["t", "t"])).ShouldHold([4], 2d, 4, 6, 8);
        Run(type, [1, 2, 3, 4], g => g.Node("Mul", "y", ["t", "t"])).ShouldHold([4], 1d, 4, 9, 16);
        Run(type, [1, 2, 3, 4], g => g.Node("Maximum", "y", ["t", g.Node("ReverseV2", "r", ["t", g.Ints("axis", 0)])])).ShouldHold([4], 4d, 3, 3, 4);
        Run(type, [1, 2, 3, 4], g => g.Node("Sum", "y", ["t", g.Ints("axis", 0)])).ShouldHold([], 10d);
        Run(type, [1, 2, 3, 4], g => g.Node("Max", "y", ["t", g.Ints("axis", 0)])).ShouldHold([], 4d);
        Run(type, [1, 2, 3, 4], g => g.Node("Cumsum", "y", ["t", g.Int("axis", 0)])).ShouldHold([4], 1d, 3, 6, 10);
        Run(type, [1, 2, 3, 4], g => g.Node("Relu", "y", ["t"])).ShouldHold([4], 1d, 2, 3, 4);
        Run(type, [1, 2, 3, 4], g => g.Node("ZerosLike", "y", ["t"])).ShouldHold([4], 0d, 0, 0, 0);
        Run(type, [1, 2, 3, 4], g => g.Node("Tile", "y", ["t", g.Ints("m", 2)])).ShouldHold([8], 1d, 2, 3, 4, 1, 2, 3, 4);
        Run(type, [1, 2, 3, 4], g => g.Node("Pad", "y", ["t", g.Const("p", [1, 1], 1, 2)])).ShouldHold([6], 0d, 1, 2, 3, 4, 0);
        Run(type, [1, 2, 3, 4], g => g.Node("TopKV2", "y", ["t", g.Int("k", 2)])).ShouldHold([2], 4d, 3);
        Run(type, [1, 2, 3, 4], g => g.Node("GatherV2", "y", ["t", g.Ints("i", 3, 0), g.Int("axis", 0)])).ShouldHold([2], 4d, 1);
        Run(type, [1, 2, 3, 4], g => g.Node("ConcatV2", "y", ["t", g.Node("Neg", "n", [g.Node("Neg", "m", ["t"])]), g.Int("axis", 0)]))
            .ShouldHold([8], 1d, 2, 3, 4, 1, 2, 3, 4);
        Run(type, [1, 2, 3, 4], g => g.Node("SelectV2", "y", [g.Node("Less", "l", ["t", g.Node("Square", "s", ["t"])]), "t", g.Node("ZerosLike", "z", ["t"])]))
            .ShouldHold([4], 0d, 2, 3, 4);
        Run(type, [1, 2, 3, 4], g => g.Node("ArgMax", "a", ["t", g.Int("axis", 0)])).ShouldHold([], 3d);
        Run(type, [1, 2, 3, 4], g => g.Node("MatMul", "y", [g.Node("Reshape", "a", ["t", g.Ints("s", 2, 2)]), "a"])).ShouldHold([2, 2], 7d, 10, 15, 22);
    }

    [Theory]
    [MemberData(nameof(AllNumbers))]
    public void Every_number_but_the_widest_unsigned_is_divided(DType type)
    {
        if (type == DType.UInt64)
        {
            Should.Throw<ModelFormatException>(() => Run(type, [8], g => g.Node("Div", "quotient", ["t", "t"]))).Message
                .ShouldContain("operator Div (node quotient) divides uint64, which is not supported");
            return;
        }

        Run(type, [8, 6], g => g.Node("FloorDiv", "y", ["t", g.Node("OnesLike", "o", ["t"])])).ShouldHold([2], 8d, 6);
        Run(type, [8, 6], g => g.Node("FloorMod", "y", ["t", g.Node("Cast", "five", [g.Const("c", [5f])], Attr("DstT", type))])).ShouldHold([2], 3d, 1);
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float64)]
    public void Half_and_double_precision_go_through_layers(DType type)
    {
        Run(type, [-1, 0, 2], g => g.Node("Elu", "y", ["t"])).ShouldBeAbout([Math.Exp(-1) - 1, 0, 2], 1e-2);
        Run(type, [-1, 0, 2], g => g.Node("Softmax", "y", ["t"])).ShouldBeAbout([.042, .114, .844], 1e-2);
        Run(type, [1, 2, 3, 4], g => g.Node(
            "Conv2D",
            "y",
            [g.Node("Reshape", "image", ["t", g.Ints("s", 1, 2, 2, 1)]), g.Node("Cast", "f", [g.Const("c", [2f], 1, 1, 1, 1)], Attr("DstT", type))],
            Ints("strides", 1, 1, 1, 1),
            Attr("padding", "SAME"))).ShouldHold([1, 2, 2, 1], 2d, 4, 6, 8);
    }

    // Floats become the type, and what comes out becomes doubles.
    private static Tensor Run(DType type, float[] x, Func<SavedModelBuilder, string> build) => OneOperator.Run(
        x,
        [x.Length],
        g =>
        {
            g.Node("Cast", "t", ["x"], Attr("DstT", type));
            return g.Node("Cast", "result", [build(g)], Attr("DstT", DType.Float64));
        },
        DType.Float64);
}
