namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Convolutions over images.</summary>
internal static class ConvolutionOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("Conv2D", Convolve);
        table.Add("DepthwiseConv2dNative", ConvolveDepthwise);
    }

    private static GraphValue Convolve(NodeContext node)
    {
        var shape = FilterShape(node);
        var window = Window.Read(node, shape[..2]);
        // Height, width, in, out to out, in, height, width.
        var spread = window.NeedsSpread ? window.Spread(node.Input(1)) : node.Input(1);
        var filter = node.Graph.Transpose(spread, node.Name + "/filter", 3, 2, 0, 1);
        return Convolve(node, window, filter, groups: 1);
    }

    private static GraphValue ConvolveDepthwise(NodeContext node)
    {
        var shape = FilterShape(node);
        var window = Window.Read(node, shape[..2]);
        // Height, width, in, multiplier to in * multiplier groups of one channel each.
        var spread = window.NeedsSpread ? window.Spread(node.Input(1)) : node.Input(1);
        var filter = node.Graph.Transpose(spread, node.Name + "/filter", 2, 3, 0, 1);
        var grouped = node.Graph.Add(
            "Reshape",
            node.Name + "/filter",
            [filter, node.AddConstant(Constant.Of(shape[2] * shape[3], 1, spread.Constant!.Shape[0], spread.Constant.Shape[1]))],
            filter.Type,
            4);
        return Convolve(node, window, grouped, shape[2]);
    }

    private static GraphValue Convolve(NodeContext node, Window window, GraphValue filter, long groups)
    {
        var input = window.Input();
        var result = node.Add(
            "Conv", [input, filter], input.Type, 4, [.. window.Attributes(), OnnxAttribute.Int("group", groups)]);
        return window.Output(result);
    }

    private static long[] FilterShape(NodeContext node) =>
        node.Input(1).Constant?.Shape is not { Length: 4 } shape
            ? throw node.Fail($"takes its filter from {node.Input(1).Name}, which is not a constant of rank 4")
            : shape.Any(size => size == 0) ? throw node.Fail($"has a filter of shape {Shapes.Format(shape)}")
            : shape;
}
