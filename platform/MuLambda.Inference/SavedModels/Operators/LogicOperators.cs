namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Comparisons, logic on what they give, and choices by it.</summary>
internal static class LogicOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("Equal", node => Compare(node, "Equal"), "not of strings");
        table.Add("NotEqual", node => Layout.Elementwise(node, Pair(node), o => Not(node, node.Add("Equal", o, DType.Bool))), "not of strings");
        table.Add("Less", node => Compare(node, "Less"));
        table.Add("LessEqual", node => Compare(node, "LessOrEqual"));
        table.Add("Greater", node => Compare(node, "Greater"));
        table.Add("GreaterEqual", node => Compare(node, "GreaterOrEqual"));
        table.Add("LogicalAnd", node => Compare(node, "And"));
        table.Add("LogicalOr", node => Compare(node, "Or"));
        table.Add("LogicalXor", node => Compare(node, "Xor"));
        table.Add("LogicalNot", node => Layout.Elementwise(node, [node.Input(0)], o => Not(node, o[0])));
        table.Add("BitwiseAnd", node => ArithmeticOperators.Binary(node, "BitwiseAnd"));
        table.Add("BitwiseOr", node => ArithmeticOperators.Binary(node, "BitwiseOr"));
        table.Add("BitwiseXor", node => ArithmeticOperators.Binary(node, "BitwiseXor"));
        table.Add("Invert", node => UnaryOperators.Unary(node, value => node.Add("BitwiseNot", [value], value.Type)));
        table.Add("IsNan", node => UnaryOperators.Unary(node, value => node.Add("IsNaN", [value], DType.Bool)));
        table.Add("IsInf", node => UnaryOperators.Unary(node, value => node.Add("IsInf", [value], DType.Bool)));
        table.Add("IsFinite", node => UnaryOperators.Unary(node, value => Not(node, node.Add(
            "Or", [node.Add("IsNaN", [value], DType.Bool), node.Add("IsInf", [value], DType.Bool)], DType.Bool))));
        table.Add("Select", Select);
        table.Add("SelectV2", node => Choose(node, node.Input(0)));
        table.Add("Where", Where);
    }

    private static GraphValue Not(NodeContext node, GraphValue value) => node.Add("Not", [value], DType.Bool);

    private static GraphValue Compare(NodeContext node, string op) => Layout.Elementwise(node, Pair(node), o => node.Add(op, o, DType.Bool));

    private static GraphValue[] Pair(NodeContext node)
    {
        var (left, right) = (node.Input(0), node.Input(1));
        return left.Type == DType.String ? throw node.Fail("compares strings, which is not supported")
            : left.Type != right.Type ? throw node.Fail($"compares {left.Type.Name()} with {right.Type.Name()}")
            : [left, right];
    }

    // The first version takes a vector as the choice among rows, not among columns.
    private static GraphValue Select(NodeContext node)
    {
        var (condition, value) = (node.Input(0), node.Input(1));
        if (condition.Rank != 1)
        {
            return Choose(node, condition);
        }

        var rank = node.Rank(value);
        return Choose(node, rank <= 1 ? condition : Layout.Unsqueeze(node, condition, [.. Enumerable.Range(1, rank - 1)]));
    }

    private static GraphValue Choose(NodeContext node, GraphValue condition)
    {
        var (yes, no) = (node.Input(1), node.Input(2));
        return yes.Type != no.Type
            ? throw node.Fail($"chooses between {yes.Type.Name()} and {no.Type.Name()}")
            : Layout.Elementwise(node, [condition, yes, no], o => node.Add("Where", o, yes.Type));
    }

    // The positions of what is not zero, a row each.
    private static GraphValue Where(NodeContext node)
    {
        var value = node.Input(0);
        var positions = node.Add("NonZero", [node.Cast(value, DType.Bool)], DType.Int64);
        return node.Graph.Transpose(positions, node.Name + "/rows", 1, 0);
    }
}
