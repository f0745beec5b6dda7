namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Addition and its kind, with broadcasting.</summary>
internal static class ArithmeticOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("Add", node => Binary(node, "Add"));
        table.Add("AddV2", node => Binary(node, "Add"));
        table.Add("Sub", node => Binary(node, "Sub"));
        table.Add("Mul", node => Binary(node, "Mul"));
        table.Add("Maximum", node => Binary(node, "Max"));
        table.Add("Minimum", node => Binary(node, "Min"));
        table.Add("Pow", node => Binary(node, "Pow"));
        table.Add("SquaredDifference", node => Binary(node, operands => Square(node, node.Add("Sub", operands, operands[0].Type))));
        table.Add("MulNoNan", node => Binary(node, operands => WhereZero(node, operands[1], node.Add("Mul", operands, operands[0].Type))));
        table.Add("Xlogy", node => Binary(node, operands => WhereZero(
            node, operands[0], node.Add("Mul", [operands[0], node.Add("Log", [operands[1]], operands[1].Type)], operands[0].Type))));
        table.Add("AddN", AddN);
        table.Add("ClipByValue", Clip);
        table.Add("BiasAdd", node => AddBias(node, node.Input(0), node.Input(1), ChannelsFirst(node)));
        table.Add("BiasAddV1", node => AddBias(node, node.Input(0), node.Input(1), channelsFirst: false));
    }

    /// <summary>An operator of two numbers, with broadcasting.</summary>
    public static GraphValue Binary(NodeContext node, string op) => Binary(node, operands => node.Add(op, operands, operands[0].Type));

    /// <summary>An operator of two numbers made of others.</summary>
    public static GraphValue Binary(NodeContext node, Func<GraphValue[], GraphValue> compute)
    {
        GraphValue[] operands = [node.Input(0), node.Input(1)];
        RequireNumbers(node, operands);
        return Layout.Elementwise(node, operands, compute);
    }

    public static void RequireNumbers(NodeContext node, GraphValue[] operands)
    {
        var type = operands[0].Type;
        if (type is DType.String or DType.Bool)
        {
            throw node.Fail($"works on {type.Name()}, which is not supported");
        }

        if (Array.Find(operands, o => o.Type != type) is { } other)
        {
            throw node.Fail($"works on {type.Name()} and {other.Type.Name()}, which have to be the same");
        }
    }

    public static GraphValue Square(NodeContext node, GraphValue value) => node.Add("Mul", [value, value], value.Type);

    /// <summary>Zero where the condition value is zero.</summary>
    public static GraphValue WhereZero(NodeContext node, GraphValue condition, GraphValue value)
    {
        var zero = node.Scalar(value.Type, 0);
        return node.Add("Where", [node.Add("Equal", [condition, zero], DType.Bool), zero, value], value.Type);
    }

    /// <summary>Adds a vector along the channels.</summary>
    public static GraphValue AddBias(NodeContext node, GraphValue value, GraphValue bias, bool channelsFirst)
    {
        var spread = bias;
        if (channelsFirst)
        {
            var trailing = node.Rank(value) - 2;
            spread = trailing <= 0 ? bias : Layout.Unsqueeze(node, bias, [.. Enumerable.Range(1, trailing)]);
        }

        return Layout.Elementwise(node, [value, spread], operands => node.Add("Add", operands, value.Type));
    }

    /// <summary>Whether the node's format has the channels second.</summary>
    public static bool ChannelsFirst(NodeContext node)
    {
        var format = node.Text("data_format", "NHWC");
        return format switch
        {
            "NHWC" or "NDHWC" => false,
            "NCHW" or "NCDHW" => true,
            _ => throw node.Fail($"has data_format {format}, which is not supported"),
        };
    }

    private static GraphValue AddN(NodeContext node)
    {
        GraphValue[] operands = [.. node.Inputs];
        RequireNumbers(node, operands.Length > 0 ? operands : throw node.Fail("adds no values"));
        return Layout.Elementwise(node, operands, moved => moved.Aggregate((sum, next) => node.Add("Add", [sum, next], sum.Type)));
    }

    private static GraphValue Clip(NodeContext node)
    {
        GraphValue[] operands = [node.Input(0), node.Input(1), node.Input(2)];
        RequireNumbers(node, operands);
        return Layout.Elementwise(node, operands, moved => moved is [_, { Rank: 0 }, { Rank: 0 }]
            ? node.Add("Clip", moved, moved[0].Type)
            : node.Add("Min", [node.Add("Max", moved[..2], moved[0].Type), moved[2]], moved[0].Type));
    }
}
