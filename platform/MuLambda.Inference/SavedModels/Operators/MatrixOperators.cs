namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Products of matrices.</summary>
internal static class MatrixOperators
{
    public static void Register(OperatorTable table) => table.Add("MatMul", MatMul);

    private static GraphValue MatMul(NodeContext node)
    {
        var left = Operand(node, 0, "transpose_a");
        var right = Operand(node, 1, "transpose_b");
        return node.Add("MatMul", [left, right], left.Type, 2);
    }

    private static GraphValue Operand(NodeContext node, int index, string transposed)
    {
        var value = node.Input(index);
        if (value.Rank is { } rank and not 2)
        {
            throw node.Fail($"multiplies matrices, but {value.Name} has rank {rank}");
        }

        return node.Bool(transposed, false) ? node.Graph.Transpose(value, $"{node.Name}/{transposed}", 1, 0) : value;
    }
}
