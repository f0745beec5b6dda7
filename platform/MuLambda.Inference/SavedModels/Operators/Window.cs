using MuLambda.Inference.Onnx.Proto;

namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>How a convolution or pool moves over an image: what its attributes say, for height and width.</summary>
internal sealed class Window
{
    private readonly NodeContext node;
    private readonly long[] strides;
    private long[] kernel;
    private long[] dilations;

    private Window(NodeContext node, bool channelsFirst, long[] kernel, long[] dilations)
    {
        this.node = node;
        ChannelsFirst = channelsFirst;
        this.kernel = kernel;
        this.dilations = dilations;
        strides = Spatial(node, "strides", channelsFirst, null);
    }

    public bool ChannelsFirst { get; }

    /// <summary>
    /// Whether the kernel has to be spread by the dilations beforehand: where it moves by more than one pixel and is to keep the
    /// image's size, the runtime knows no dilations.
    /// </summary>
    public bool NeedsSpread => dilations.Any(d => d > 1) && node.Text("padding", "") == "SAME" && !SameIsStatic;

    /// <param name="node">The node.</param>
    /// <param name="kernel">Height and width of the kernel; where null, the attribute <c>ksize</c> has them.</param>
    public static Window Read(NodeContext node, long[]? kernel)
    {
        var format = node.Text("data_format", "NHWC");
        var channelsFirst = format switch
        {
            "NHWC" => false,
            "NCHW" => true,
            _ => throw node.Fail($"has data_format {format}, which is not supported"),
        };
        return new Window(
            node, channelsFirst, kernel ?? Spatial(node, "ksize", channelsFirst, null), Spatial(node, "dilations", channelsFirst, [1, 1]));
    }

    private bool SameIsStatic => strides.Zip(kernel).All(d => d.First == 1 || d.Second == 1);

    /// <summary>Puts zeros between the rows and columns of a filter, so that it needs no dilations any more.</summary>
    /// <param name="filter">A filter of height, width and two more dimensions.</param>
    public GraphValue Spread(GraphValue filter)
    {
        const long most = 64L << 20;
        var spread = filter.Constant!.Spread(dilations, most)
            ?? throw node.Fail($"has padding SAME, strides above 1 and dilations {Shapes.Format(dilations)}, which makes a filter above {most} bytes");
        kernel = spread.Shape[..2];
        dilations = [1, 1];
        return node.AddConstant(spread);
    }

    /// <summary>The node's image, channels first.</summary>
    public GraphValue Input()
    {
        var value = node.Input(0);
        if (value.Rank is { } rank and not 4)
        {
            throw node.Fail($"works on images of rank 4, but {value.Name} has rank {rank}");
        }

        return ChannelsFirst ? value : Layout.ToChannelsFirst(node, value);
    }

    /// <summary>The result in the node's own layout.</summary>
    public GraphValue Output(GraphValue value) => ChannelsFirst ? value : Layout.ToChannelsLast(node, value);

    public IEnumerable<AttributeProto> Attributes() =>
    [
        OnnxAttribute.Ints("kernel_shape", kernel),
        OnnxAttribute.Ints("strides", strides),
        OnnxAttribute.Ints("dilations", dilations),
        Padding(),
    ];

    private static long[] Spatial(NodeContext node, string attribute, bool channelsFirst, long[]? fallback)
    {
        if (fallback is not null && !node.Has(attribute))
        {
            return fallback;
        }

        var values = node.Ints(attribute);
        if (values.Length != 4)
        {
            throw node.Fail($"has {values.Length} numbers in {attribute}, not 4");
        }

        var (height, channel) = channelsFirst ? (2, 1) : (1, 3);
        if (values[0] != 1 || values[channel] != 1)
        {
            throw node.Fail($"has {attribute} {Shapes.Format(values)}, which moves over batch or channels");
        }

        var spatial = values[height..(height + 2)];
        return spatial.All(v => v is >= 1 and <= int.MaxValue) ? spatial : throw node.Fail($"has {attribute} {Shapes.Format(values)}");
    }

    private AttributeProto Padding()
    {
        var padding = node.Text("padding", "");
        switch (padding)
        {
            case "VALID":
                return Pads(0, 0, 0, 0);
            case "EXPLICIT":
                var pads = node.Ints("explicit_paddings");
                if (pads.Length != 8 || pads.Any(p => p is < 0 or > int.MaxValue))
                {
                    throw node.Fail($"has explicit_paddings {Shapes.Format(pads)}");
                }

                var h = ChannelsFirst ? 4 : 2;
                return Pads(pads[h], pads[h + 2], pads[h + 1], pads[h + 3]);
            case "SAME":
                return Same();
            default:
                throw node.Fail($"has padding \"{padding}\", which is not supported");
        }
    }

    // With a stride of 1 the padding does not depend on the size of the image, nor for a kernel of 1; otherwise the runtime
    // finds it when it sees the image.
    private AttributeProto Same()
    {
        if (SameIsStatic)
        {
            var total = kernel.Zip(dilations, (k, d) => (k - 1) * d).ToArray();
            return Pads(total[0] / 2, total[1] / 2, total[0] - (total[0] / 2), total[1] - (total[1] / 2));
        }

        return OnnxAttribute.Text("auto_pad", "SAME_UPPER");
    }

    private static AttributeProto Pads(long top, long left, long bottom, long right) =>
        OnnxAttribute.Ints("pads", top, left, bottom, right);
}
