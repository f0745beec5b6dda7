namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Pools over images.</summary>
internal static class PoolingOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("MaxPool", node => Pool(node, "MaxPool", 2));
        table.Add("MaxPool3D", node => Pool(node, "MaxPool", 3));
        // What SAME adds at the border does not count.
        table.Add("AvgPool", node => Pool(node, "AveragePool", 2, OnnxAttribute.Int("count_include_pad", 0)), "float64 is computed in float32");
        table.Add("AvgPool3D", node => Pool(node, "AveragePool", 3, OnnxAttribute.Int("count_include_pad", 0)), "float64 is computed in float32");
    }

    private static GraphValue Pool(NodeContext node, string op, int spatial, params IEnumerable<Onnx.Proto.AttributeProto> more)
    {
        var window = Window.Read(node, spatial, kernel: null);
        var input = window.Input();
        var attributes = window.Attributes(input).Where(a => a.Name != "dilations").Concat(more);
        return window.Output(node.Add(op, [input], input.Type, [.. attributes]));
    }
}
