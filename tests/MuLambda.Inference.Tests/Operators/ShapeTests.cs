using System.Text;
using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class ShapeTests
{
    private static readonly float[] Six = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void Reshape_infers_the_size_left_out() =>
        OneOperator.Run(Six, [2, 3], g => g.Node("Reshape", "y", ["x", g.Ints("shape", -1, 2)])).ShouldHold([3, 2], Six);

    [Fact]
    public void Reshape_of_an_empty_batch_stays_empty() =>
        OneOperator.Run<float>([], [0, 2, 3], g => g.Node("Reshape", "y", ["x", g.Ints("shape", -1, 6)])).ShouldHold<float>([0, 6]);

    [Fact]
    public void A_zero_in_a_shape_is_a_size() =>
        OneOperator.Run<float>([], [0, 3], g => g.Node("Reshape", "y", ["x", g.Ints("shape", 5, 0)])).ShouldHold<float>([5, 0]);

    [Fact]
    public void Reshape_takes_a_shape_that_the_request_brings()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.Float32, -1);
        builder.Placeholder("shape", DType.Int32, 2);
        builder.Node("Reshape", "y", ["x", "shape"]);
        builder.Signature("serving_default", [("x", "x", DType.Float32, [-1]), ("shape", "shape", DType.Int32, [2])], ("y", "y", DType.Float32));
        using var model = builder.Load();
        using var x = Tensor.From<float>(Six, [6]);
        using var shape = Tensor.From<int>([3, -1], [2]);
        model.Run("", new Dictionary<string, Tensor> { ["x"] = x, ["shape"] = shape })["y"].ShouldHold([3, 2], Six);
    }

    [Theory]
    [InlineData("both", new[] { 2L, 3 })]
    [InlineData("both:1", new[] { 4L })]
    public void ShapeN_tells_the_shape_of_each_input(string output, long[] expected) =>
        OneOperator.Run(
                Six,
                [2, 3],
                g =>
                {
                    g.Node("ShapeN", "both", ["x", g.Const("c", [1f, 2, 3, 4], 4)], Attr("N", 2), Attr("out_type", DType.Int64));
                    return g.Node("Identity", "y", [output]);
                },
                DType.Int64)
            .ShouldHold([expected.Length], expected);

    [Fact]
    public void Squeeze_drops_the_dimensions_named_or_all_of_one()
    {
        OneOperator.Run(Six, [1, 6, 1], g => g.Node("Squeeze", "y", ["x"], Ints("squeeze_dims", 2))).ShouldHold([1, 6], Six);
        OneOperator.Run(Six, [1, 6, 1], g => g.Node("Squeeze", "y", ["x"], Ints("squeeze_dims", -1, 0))).ShouldHold([6], Six);
        OneOperator.Run(Six, [1, 6, 1], g => g.Node("Squeeze", "y", ["x"])).ShouldHold([6], Six);
    }

    [Theory]
    [InlineData(0, new long[] { 1, 2, 3 })]
    [InlineData(1, new long[] { 2, 1, 3 })]
    [InlineData(-1, new long[] { 2, 3, 1 })]
    [InlineData(-3, new long[] { 1, 2, 3 })]
    public void ExpandDims_puts_a_dimension_of_one(int axis, long[] shape) =>
        OneOperator.Run(Six, [2, 3], g => g.Node("ExpandDims", "y", ["x", g.Int("dim", axis)])).ShouldHold(shape, Six);

    [Fact]
    public void Values_are_joined_along_the_axis()
    {
        OneOperator.Run([1f, 2, 3, 4], [2, 2], g => g.Node("ConcatV2", "y", ["x", "x", g.Int("axis", 0)])).ShouldHold([4, 2], 1f, 2, 3, 4, 1, 2, 3, 4);
        OneOperator.Run([1f, 2, 3, 4], [2, 2], g => g.Node("ConcatV2", "y", ["x", "x", g.Int("axis", -1)])).ShouldHold([2, 4], 1f, 2, 1, 2, 3, 4, 3, 4);
        OneOperator.Run([1L, 2], [2], g => g.Node("ConcatV2", "y", ["x", g.Const("c", [9L], 1), g.Int("axis", 0)])).ShouldHold([3], 1L, 2, 9);
    }

    [Fact]
    public void Transposes_permute_and_their_chains_compose()
    {
        OneOperator.Run(Six, [2, 3], g => g.Node("Transpose", "y", ["x", g.Ints("perm", 1, 0)])).ShouldHold([3, 2], 1f, 4, 2, 5, 3, 6);
        using var twice = OneOperator.Run(Six, [1, 2, 3], g =>
            g.Node("Transpose", "y", [g.Node("Transpose", "t", ["x", g.Ints("p", 2, 0, 1)]), g.Ints("q", 2, 0, 1)]));
        // [1,2,3] -> [3,1,2] -> [2,3,1]
        twice.ShouldHold([2, 3, 1], Six);
        OneOperator.Run(Six, [2, 3], g =>
            g.Node("Transpose", "y", [g.Node("Transpose", "t", ["x", g.Ints("p", 1, 0)]), g.Ints("q", 1, 0)])).ShouldHold([2, 3], Six);
    }

    [Theory]
    [InlineData(new[] { 0, 0 })]
    [InlineData(new[] { 0, 2 })]
    [InlineData(new[] { -1, 0 })]
    public void What_is_no_permutation_is_refused_by_name(int[] perm)
    {
        var error = Should.Throw<ModelFormatException>(() => OneOperator.Run(Six, [2, 3], g => g.Node("Transpose", "turn", ["x", g.Ints("perm", perm)])));
        error.Message.ShouldContain("operator Transpose (node turn) has perm [");
    }

    [Fact]
    public void Strings_are_reshaped_joined_and_transposed_as_bytes()
    {
        ReadOnlyMemory<byte>[] words = [Encoding.UTF8.GetBytes("ä"), new byte[] { 0, 255, 0 }, default, Encoding.UTF8.GetBytes("last")];
        using var x = Tensor.FromStrings(words, [2, 2]);
        using var y = OneOperator.Run(x, g =>
        {
            var turned = g.Node("Transpose", "t", ["x", g.Ints("perm", 1, 0)]);
            var joined = g.Node("ConcatV2", "c", [turned, "x", g.Int("axis", 0)]);
            return g.Node("Reshape", "y", [joined, g.Ints("shape", -1)]);
        });
        y.Shape.ToArray().ShouldBe([8]);
        y.Strings.ToArray().Select(s => Convert.ToHexString(s.Span))
            .ShouldBe(new[] { 0, 2, 1, 3, 0, 1, 2, 3 }.Select(i => Convert.ToHexString(words[i].Span)));
    }
}
