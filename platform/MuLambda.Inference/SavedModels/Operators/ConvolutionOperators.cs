namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Convolutions over images.</summary>
internal static class ConvolutionOperators
{
    private const string Note = "computed in float32; the filter's shape has to be known";

    public static void Register(OperatorTable table)
    {
        table.Add("Conv2D", node => Convolve(node, 2), Note);
        table.Add("Conv3D", node => Convolve(node, 3), Note);
        table.Add("DepthwiseConv2dNative", ConvolveDepthwise, Note);
        table.Add("_FusedConv2D", node => Convolve(node, 2), $"{Note}; {FusedOperators.Note}");
        table.Add("FusedDepthwiseConv2dNative", ConvolveDepthwise, $"{Note}; {FusedOperators.Note}");
        table.Add("_FusedDepthwiseConv2dNative", ConvolveDepthwise, $"{Note}; {FusedOperators.Note}");
        table.Add("Conv2DBackpropInput", node => TransposedConvolution.Translate(node), Note);
    }

    /// <summary>The shape of a filter of height, width (and depth, first) and two dimensions of channels.</summary>
    public static long[] FilterShape(NodeContext node, int rank) =>
        node.Input(1) is not { IsStatic: true } filter || filter.Rank != rank
            ? throw node.Fail($"takes its filter from {node.Input(1).Name}, whose shape is not known to be of rank {rank}")
            : filter.Shape!.Any(size => size == 0) ? throw node.Fail($"has a filter of shape {Shapes.Format([.. filter.Shape!])}")
            : [.. filter.Shape!];

    private static GraphValue Convolve(NodeContext node, int spatial)
    {
        var shape = FilterShape(node, spatial + 2);
        var window = Window.Read(node, spatial, shape[..spatial]);
        var image = window.Input();
        // Height, width, in, out to out, in, height, width.
        var spread = window.NeedsSpread(image) ? window.Spread(node.Input(1)) : node.Input(1);
        var filter = node.Graph.Transpose(spread, node.Name + "/filter", [spatial + 1, spatial, .. Enumerable.Range(0, spatial)]);
        var channels = image.Shape is { } known ? known[1] : -1;
        if (channels >= 0 && channels % shape[^2] != 0)
        {
            throw node.Fail($"has a filter of shape {Shapes.Format(shape)} for images of {channels} channels");
        }

        // A filter of fewer channels than the image is one of several groups.
        return Convolve(node, window, image, filter, channels > 0 ? channels / shape[^2] : 1);
    }

    private static GraphValue ConvolveDepthwise(NodeContext node)
    {
        var shape = FilterShape(node, 4);
        var window = Window.Read(node, 2, shape[..2]);
        var image = window.Input();
        // Height, width, in, multiplier to in * multiplier groups of one channel each.
        var spread = window.NeedsSpread(image) ? window.Spread(node.Input(1)) : node.Input(1);
        var filter = node.Graph.Transpose(spread, node.Name + "/filter", 2, 3, 0, 1);
        var grouped = node.Graph.Add(
            "Reshape", node.Name + "/filter", [filter, node.Vector(shape[2] * shape[3], 1, window.Kernel[0], window.Kernel[1])], filter.Type);
        return Convolve(node, window, image, grouped, shape[2]);
    }

    private static GraphValue Convolve(NodeContext node, Window window, GraphValue image, GraphValue filter, long groups)
    {
        var biased = FusedOperators.StartsWithBias(node);
        GraphValue[] operands = biased ? [image, filter, node.Input(2)] : [image, filter];
        var result = node.Add("Conv", operands, image.Type, [.. window.Attributes(image), OnnxAttribute.Int("group", groups)]);
        return FusedOperators.Apply(node, window.Output(result), biased ? 3 : 2, window.ChannelsFirst, skip: biased ? 1 : 0);
    }
}
