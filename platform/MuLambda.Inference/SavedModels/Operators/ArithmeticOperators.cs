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
        table.Add("RealDiv", Divide);
        table.Add("BiasAdd", BiasAdd);
    }

    private static GraphValue Binary(NodeContext node, string op)
    {
        GraphValue[] operands = [node.Input(0), node.Input(1)];
        var type = operands[0].Type;
        if (type is DType.String or DType.Bool)
        {
            throw node.Fail($"works on {type.Name()}, which is not supported");
        }

        return Layout.Elementwise(node, operands, moved =>
        {
            var rank = moved[0].Rank is { } left && moved[1].Rank is { } right ? Math.Max(left, right) : (int?)null;
            // The runtime has no bytes here; 32 bits, cut back to 8, wrap as TensorFlow's bytes do.
            return type == DType.UInt8
                ? node.Cast(node.Add(op, [node.Cast(moved[0], DType.Int32), node.Cast(moved[1], DType.Int32)], DType.Int32, rank), type)
                : node.Add(op, moved, type, rank);
        });
    }

    private static GraphValue Divide(NodeContext node)
    {
        // A processor traps on integers divided by zero and on the least divided by -1, which would end the process.
        if (node.Input(0).Type is DType.Int32 or DType.Int64
            && node.Input(1).Constant?.AsIntegers() is not { } divisors)
        {
            throw node.Fail("divides integers by a value that is not constant, which is not supported");
        }

        if (node.Input(1).Constant?.AsIntegers()?.Any(d => d is 0 or -1) == true)
        {
            throw node.Fail("divides integers by 0 or -1, which is not supported");
        }

        return node.Input(0).Type == DType.UInt8
            ? throw node.Fail("divides uint8, which is not supported")
            : Binary(node, "Div");
    }

    private static GraphValue BiasAdd(NodeContext node)
    {
        var (value, bias) = (node.Input(0), node.Input(1));
        var format = node.Text("data_format", "NHWC");
        var channelsFirst = format switch
        {
            "NHWC" => false,
            "NCHW" => true,
            _ => throw node.Fail($"has data_format {format}, which is not supported"),
        };
        if (node.Graph.TryGetTransposed(value, out var source, out var permutation))
        {
            var channel = permutation[channelsFirst ? 1 : ^1];
            var moved = node.Add("Add", [source, Spread(node, bias, permutation.Length - 1 - channel)], value.Type, source.Rank);
            return node.Graph.Transpose(moved, node.Name + "/transpose", permutation);
        }

        var trailing = !channelsFirst ? 0
            : value.Rank is { } rank ? rank - 2
            : throw node.Fail("has data_format NCHW on a value of unknown rank, which is not supported");
        return node.Add("Add", [value, Spread(node, bias, trailing)], value.Type, value.Rank);
    }

    // A vector that broadcasts along the dimension this many from the last.
    private static GraphValue Spread(NodeContext node, GraphValue bias, int trailing)
    {
        if (trailing <= 0)
        {
            return bias;
        }

        var shape = Enumerable.Repeat(1L, trailing).Prepend(-1).ToArray();
        return node.Graph.Add("Reshape", node.Name + "/bias", [bias, node.AddConstant(Constant.Of(shape))], bias.Type, shape.Length);
    }
}
