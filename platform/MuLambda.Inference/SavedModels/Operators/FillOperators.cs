namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>What makes tensors of equal or counted elements, and repeats them.</summary>
internal static class FillOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("Fill", node => Expand(node, node.Input(1), node.Input(0)));
        table.Add("BroadcastTo", node => Expand(node, node.Input(0), node.Input(1)));
        table.Add("Empty", node => Expand(node, node.Scalar(node.Type("dtype", DType.Float32), 0), node.Input(0)), "zeros");
        table.Add("ZerosLike", node => Like(node, 0), "numbers and bool");
        table.Add("OnesLike", node => Like(node, 1), "numbers and bool");
        table.Add("Range", Range);
        table.Add("Tile", node => node.Add("Tile", [node.Input(0), node.Cast(node.Input(1), DType.Int64)], node.Input(0).Type));
        table.Add("OneHot", OneHot);
    }

    private static GraphValue Expand(NodeContext node, GraphValue value, GraphValue shape) =>
        node.Add("Expand", [value, node.Cast(shape, DType.Int64)], value.Type);

    private static GraphValue Like(NodeContext node, double number)
    {
        var value = node.Input(0);
        return Expand(node, node.Scalar(value.Type, number), node.Add("Shape", [value], DType.Int64));
    }

    private static GraphValue Range(NodeContext node)
    {
        GraphValue[] operands = [node.Input(0), node.Input(1), node.Input(2)];
        ArithmeticOperators.RequireNumbers(node, operands);
        return node.KnownIntegers(2) is [0] ? throw node.Fail("counts in steps of 0") : node.Add("Range", operands, operands[0].Type);
    }

    // Compared rather than looked up: an index beyond the depth, or below 0, marks nothing.
    private static GraphValue OneHot(NodeContext node)
    {
        var (indices, depth, on, off) = (node.Input(0), node.Input(1), node.Input(2), node.Input(3));
        var rank = node.Rank(indices);
        var axis = node.Axis(node.Int("axis", -1), rank + 1);
        var wide = node.Cast(indices, DType.Int64);
        var count = node.Cast(depth, DType.Int64);
        var numbers = node.Add("Range", [node.Scalar(DType.Int64, 0), count, node.Scalar(DType.Int64, 1)], DType.Int64);
        var along = Layout.Unsqueeze(node, numbers, [.. Enumerable.Range(1, rank - axis)]);
        var marked = node.Add("Equal", [Layout.Unsqueeze(node, wide, axis), along], DType.Bool);
        return node.Add("Where", [marked, on, off], on.Type);
    }
}
