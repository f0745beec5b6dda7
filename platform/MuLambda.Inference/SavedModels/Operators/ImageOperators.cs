namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>What changes the size of images, and what exchanges pixels for channels or for a larger batch.</summary>
internal static class ImageOperators
{
    public static void Register(OperatorTable table)
    {
        const string conventions = "`align_corners`, `half_pixel_centers`, or neither";
        table.Add("ResizeBilinear", node => Resize(node, "linear", null), $"{conventions}; computed in float32");
        table.Add("ResizeNearestNeighbor", node => Resize(node, "nearest", node.Bool("half_pixel_centers", false) || node.Bool("align_corners", false)
            ? "round_prefer_ceil"
            : "floor"), $"{conventions}; float64 and int64 through float32");
        table.Add("DepthToSpace", node => Blocks(node, "DepthToSpace"));
        table.Add("SpaceToDepth", node => Blocks(node, "SpaceToDepth"));
        table.Add("SpaceToBatchND", BatchBlocks.FromSpace, "block and paddings have to be constant, the rank known");
        table.Add("BatchToSpaceND", BatchBlocks.ToSpace, "block and crops have to be constant, the rank known");
    }

    private static GraphValue Resize(NodeContext node, string mode, string? rounding)
    {
        var value = node.Input(0);
        var type = mode == "linear" ? DType.Float32 : value.Type;
        var image = Layout.ToChannelsFirst(node, node.Cast(value, type));
        var (corners, centers) = (node.Bool("align_corners", false), node.Bool("half_pixel_centers", false));
        if (corners && centers)
        {
            throw node.Fail("has both align_corners and half_pixel_centers");
        }

        List<Onnx.Proto.AttributeProto> attributes =
        [
            OnnxAttribute.Text("mode", mode),
            OnnxAttribute.Text("coordinate_transformation_mode", corners ? "align_corners" : centers ? "half_pixel" : "asymmetric"),
            OnnxAttribute.Ints("axes", 2, 3),
        ];
        if (rounding is not null)
        {
            attributes.Add(OnnxAttribute.Text("nearest_mode", rounding));
        }

        var sizes = node.Cast(node.Input(1), DType.Int64);
        if (sizes.Elements is null && node.KnownIntegers(1) is { } known)
        {
            sizes = node.Vector(known);
        }

        return Layout.ToChannelsLast(node, node.Add("Resize", [image, null, null, sizes], type, [.. attributes]));
    }

    private static GraphValue Blocks(NodeContext node, string op)
    {
        var value = node.Input(0);
        var channelsFirst = ArithmeticOperators.ChannelsFirst(node);
        var size = node.Int("block_size", 0);
        if (size < 1)
        {
            throw node.Fail($"has block_size {size}");
        }

        var image = channelsFirst ? value : Layout.ToChannelsFirst(node, value);
        var result = node.Add(op, [image], value.Type, OnnxAttribute.Int("blocksize", size));
        return channelsFirst ? result : Layout.ToChannelsLast(node, result);
    }
}
