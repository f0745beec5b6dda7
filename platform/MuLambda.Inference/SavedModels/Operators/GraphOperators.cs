namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Operators that hold or hand on values and compute nothing.</summary>
internal static class GraphOperators
{
    private static readonly string[] Identities =
    [
        "Identity", "StopGradient", "PreventGradient", "Snapshot", "PlaceholderWithDefault", "CheckNumerics", "EnsureShape", "DebugGradientIdentity",
        "DebugIdentity",
    ];

    public static void Register(OperatorTable table)
    {
        table.Add("Const", node => node.Graph.AddConstant(node.Name, node.Tensor("value")));
        table.Add("Placeholder", NotFed, "fed by the signature");
        table.Add("PlaceholderV2", NotFed, "fed by the signature");
        foreach (var op in Identities)
        {
            table.Add(op, node => node.Input(0), op is "CheckNumerics" or "EnsureShape" ? "hands on its input unchecked" : "");
        }

        table.AddMany("IdentityN", node => node.Inputs);
        table.AddMany("NoOp", _ => []);
        table.AddMany("Assert", _ => [], "not checked");
        table.Add("Cast", Cast, "between numbers and bool");
    }

    private static GraphValue NotFed(NodeContext node) => throw node.Fail("is needed but is no input of the signature");

    private static GraphValue Cast(NodeContext node)
    {
        var value = node.Input(0);
        var type = node.Type("DstT", DType.None);
        return type is DType.None or DType.String || value.Type == DType.String
            ? throw node.Fail($"converts {value.Type.Name()} to {type.Name()}, which is not supported")
            : Layout.Elementwise(node, [value], operands => node.Cast(operands[0], type));
    }
}
