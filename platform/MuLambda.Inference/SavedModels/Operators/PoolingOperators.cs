namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Pools over images.</summary>
internal static class PoolingOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("MaxPool", node => Pool(node, "MaxPool"));
        // What SAME adds at the border does not count.
        table.Add("AvgPool", node => Pool(node, "AveragePool", OnnxAttribute.Int("count_include_pad", 0)));
    }

    private static GraphValue Pool(NodeContext node, string op, params IEnumerable<Onnx.Proto.AttributeProto> more)
    {
        var window = Window.Read(node, kernel: null);
        var input = window.Input();
        var attributes = window.Attributes().Where(a => a.Name != "dilations").Concat(more);
        return window.Output(node.Add(op, [input], input.Type, 4, [.. attributes]));
    }
}
