namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Products of matrices.</summary>
internal static class MatrixOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("MatMul", node => Multiply(node, "transpose_a", "transpose_b", matrices: true));
        table.Add("BatchMatMul", node => Multiply(node, "adj_x", "adj_y", matrices: false));
        table.Add("BatchMatMulV2", node => Multiply(node, "adj_x", "adj_y", matrices: false));
        table.Add("BatchMatMulV3", node => Multiply(node, "adj_x", "adj_y", matrices: false));
        table.Add("_FusedMatMul", node => FusedOperators.Apply(
            node, Multiply(node, "transpose_a", "transpose_b", matrices: true), 2, channelsFirst: false), FusedOperators.Note);
        table.Add("Einsum", Einsum, "float32, float64, int32, int64");
    }

    private static GraphValue Multiply(NodeContext node, string transposeLeft, string transposeRight, bool matrices)
    {
        var left = Operand(node, 0, transposeLeft, matrices);
        var right = Operand(node, 1, transposeRight, matrices);
        return left.Type == right.Type
            ? node.Add("MatMul", [left, right], left.Type)
            : throw node.Fail($"multiplies {left.Type.Name()} by {right.Type.Name()}");
    }

    private static GraphValue Operand(NodeContext node, int index, string transposed, bool matrix)
    {
        var value = node.Input(index);
        if (matrix && value.Rank is { } known and not 2)
        {
            throw node.Fail($"multiplies matrices, but {value.Name} has rank {known}");
        }

        if (!node.Bool(transposed, false))
        {
            return value;
        }

        var rank = matrix ? 2 : node.Rank(value);
        return rank < 2
            ? throw node.Fail($"multiplies matrices, but {value.Name} has rank {rank}")
            : node.Graph.Transpose(value, $"{node.Name}/{transposed}", [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]);
    }

    private static GraphValue Einsum(NodeContext node)
    {
        var equation = node.Text("equation", "");
        return equation.Contains("->", StringComparison.Ordinal)
            ? node.Add("Einsum", node.Inputs, node.Input(0).Type, OnnxAttribute.Text("equation", equation))
            : throw node.Fail($"has the equation \"{equation}\", which names no result");
    }
}
