namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Operators that hold or hand on values and compute nothing.</summary>
internal static class GraphOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("Const", node => node.Graph.AddConstant(node.Name, node.Tensor("value")));
        table.Add("Placeholder", node => throw node.Fail("is needed but is no input of the signature"));
        table.Add("PlaceholderWithDefault", node => node.Input(0));
        table.Add("Identity", node => node.Input(0));
        table.Add("StopGradient", node => node.Input(0));
        table.AddMany("IdentityN", node => node.Inputs);
        table.AddMany("NoOp", _ => []);
        table.Add("Cast", Cast);
    }

    private static GraphValue Cast(NodeContext node)
    {
        var value = node.Input(0);
        var type = node.Type("DstT", DType.None);
        return type is DType.None or DType.String || value.Type == DType.String
            ? throw node.Fail($"converts {value.Type.Name()} to {type.Name()}, which is not supported")
            : Layout.Elementwise(node, [value], operands => node.Cast(operands[0], type));
    }
}
