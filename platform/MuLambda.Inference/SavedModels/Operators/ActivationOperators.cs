namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Functions of one element, and softmax.</summary>
internal static class ActivationOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("Relu", node => Unary(node, value => value.Type switch
        {
            DType.Float32 or DType.Float64 => node.Add("Relu", [value], value.Type, value.Rank),
            DType.UInt8 => value,
            _ => node.Add("Clip", [value, Scalar(node, value.Type, 0)], value.Type, value.Rank),
        }));
        table.Add("Relu6", node => Unary(node, value =>
            node.Add("Clip", [value, Scalar(node, value.Type, 0), Scalar(node, value.Type, 6)], value.Type, value.Rank)));
        table.Add("Sigmoid", node => Unary(node, value => node.Add("Sigmoid", [value], value.Type, value.Rank)));
        table.Add("Tanh", node => Unary(node, value => node.Add("Tanh", [value], value.Type, value.Rank)));
        table.Add("Softmax", node =>
            node.Add("Softmax", [node.Input(0)], node.Input(0).Type, node.Input(0).Rank, OnnxAttribute.Int("axis", -1)));
    }

    private static GraphValue Unary(NodeContext node, Func<GraphValue, GraphValue> compute) =>
        Layout.Elementwise(node, [node.Input(0)], moved => compute(moved[0]));

    private static GraphValue Scalar(NodeContext node, DType type, byte value) => node.AddConstant(type switch
    {
        DType.Float32 => Constant.Of<float>([value], []),
        DType.Float64 => Constant.Of<double>([value], []),
        DType.Int32 => Constant.Of<int>([value], []),
        DType.Int64 => Constant.Of<long>([value], []),
        DType.UInt8 => Constant.Of<byte>([value], []),
        _ => throw node.Fail($"works on {type.Name()}, which is not supported"),
    });
}
