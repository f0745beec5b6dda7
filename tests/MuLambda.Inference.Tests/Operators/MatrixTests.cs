using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class MatrixTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Matrices_are_multiplied_as_they_are_or_transposed(bool transposeA, bool transposeB)
    {
        const int rows = 3, inner = 4, columns = 2;
        var a = Enumerable.Range(0, rows * inner).Select(i => (float)i - 4).ToArray();
        var b = Enumerable.Range(0, inner * columns).Select(i => (i * i * .5f) - 3).ToArray();
        var expected = new float[rows * columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                for (var k = 0; k < inner; k++)
                {
                    expected[(i * columns) + j] += a[transposeA ? (k * rows) + i : (i * inner) + k] * b[transposeB ? (j * inner) + k : (k * columns) + j];
                }
            }
        }

        OneOperator.Run(
            a,
            transposeA ? [inner, rows] : [rows, inner],
            g => g.Node(
                "MatMul",
                "y",
                ["x", g.Const("b", b, transposeB ? [columns, inner] : [inner, columns])],
                Attr("transpose_a", transposeA),
                Attr("transpose_b", transposeB)))
            .ShouldHoldAbout([rows, columns], expected);
    }

    [Fact]
    public void Doubles_and_integers_multiply_too()
    {
        OneOperator.Run([1d, 2], [1, 2], g => g.Node("MatMul", "y", ["x", g.Const("b", [3d, 1e-9], 2, 1)])).ShouldHold([1, 1], 3 + 2e-9);
        OneOperator.Run([1, 2], [1, 2], g => g.Node("MatMul", "y", ["x", g.Const("b", [3, 4], 2, 1)])).ShouldHold([1, 1], 11);
    }

    [Fact]
    public void An_empty_batch_gives_an_empty_answer() =>
        OneOperator.Run<float>([], [0, 2], g => g.Node("MatMul", "y", ["x", g.Const("b", [3f, 4, 5, 6], 2, 2)])).ShouldHold<float>([0, 2]);

    [Fact]
    public void What_is_no_matrix_is_refused_by_name()
    {
        var error = Should.Throw<ModelFormatException>(
            () => OneOperator.Run([1f, 2], [1, 1, 2], g => g.Node("MatMul", "product", ["x", g.Const("b", [3f, 4], 2, 1)])));
        error.Message.ShouldContain("operator MatMul (node product) multiplies matrices, but input:x has rank 3");
    }

    [Theory]
    [InlineData("BatchMatMul")]
    [InlineData("BatchMatMulV2")]
    [InlineData("BatchMatMulV3")]
    public void Batches_of_matrices_are_multiplied(string op)
    {
        float[] x = [1, 2, 3, 4, 5, 6, 7, 8];
        string Multiply(SavedModelBuilder g, bool left, bool right) => g.Node(
            op, "y", ["x", g.Const("w", [1f, 2, 0, 1], 1, 2, 2)], SavedModelBuilder.Attr("adj_x", left), SavedModelBuilder.Attr("adj_y", right));
        OneOperator.Run(x, [2, 2, 2], g => Multiply(g, false, false)).ShouldHold([2, 2, 2], 1f, 4, 3, 10, 5, 16, 7, 22);
        OneOperator.Run(x, [2, 2, 2], g => Multiply(g, true, false)).ShouldHold([2, 2, 2], 1f, 5, 2, 8, 5, 17, 6, 20);
        OneOperator.Run(x, [2, 2, 2], g => Multiply(g, false, true)).ShouldHold([2, 2, 2], 5f, 2, 11, 4, 17, 6, 23, 8);
    }

    [Fact]
    public void A_dense_layer_may_be_written_as_a_sum_of_products() =>
        OneOperator.Run([1f, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2], g => g.Node(
            "Einsum", "y", ["x", g.Const("w", [1f, 0, 2, 1, 0, 3], 2, 3)], SavedModelBuilder.Attr("equation", "abc,cd->abd")))
            .ShouldHold([2, 2, 3], 3f, 0, 8, 7, 0, 18, 11, 0, 28, 15, 0, 38);
}
