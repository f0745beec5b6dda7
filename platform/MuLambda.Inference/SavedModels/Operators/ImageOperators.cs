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

        var result = Scales(image, sizes) is { } scales
            ? node.Add("Resize", [image, null, node.AddConstant(scales)], type, [.. attributes])
            : node.Add("Resize", [image, null, null, AllSizes(node, image, sizes)], type, [.. attributes]);
        return Layout.ToChannelsLast(node, result);
    }

    // Whole factors, which leave the batch open and need nothing computed at each run; null where they are not known or not whole.
    private static Constant? Scales(GraphValue image, GraphValue sizes)
    {
        return image.Shape is [_, _, > 0 and var height, > 0 and var width] && sizes.Elements is [{ } newHeight, { } newWidth]
            && newHeight > 0 && newWidth > 0 && newHeight % height == 0 && newWidth % width == 0
            ? Constant.Of<float>([1, 1, newHeight / height, newWidth / width], [4])
            : null;
    }

    // The runtime takes the sizes of height and width alone too, but then its optimizer mistakes them for all where a transpose is next.
    private static GraphValue AllSizes(NodeContext node, GraphValue image, GraphValue sizes)
    {
        var shape = node.Add("Shape", [image], DType.Int64);
        var outer = Layout.Slice(node, shape, node.Vector(0), node.Vector(2), [0], [1]);
        return node.Add("Concat", [outer, sizes], DType.Int64, OnnxAttribute.Int("axis", 0));
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
