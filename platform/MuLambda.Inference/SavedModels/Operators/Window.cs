using MuLambda.Inference.Onnx.Proto;

namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>How a convolution or pool moves over an image: what its attributes say, for height and width (and depth, first).</summary>
internal sealed class Window
{
    private readonly NodeContext node;

    private Window(NodeContext node, bool channelsFirst, int spatial, long[]? kernel)
    {
        this.node = node;
        ChannelsFirst = channelsFirst;
        Kernel = kernel ?? Spatial("ksize", spatial, fallback: false);
        Dilations = Spatial("dilations", spatial, fallback: true);
        Strides = Spatial("strides", spatial, fallback: false);
    }

    public bool ChannelsFirst { get; }

    public long[] Strides { get; }

    public long[] Kernel { get; private set; }

    public long[] Dilations { get; private set; }

    public string Padding => node.Text("padding", "");

    /// <summary>The kernel's reach along a dimension.</summary>
    public long Reach(int i) => ((Kernel[i] - 1) * Dilations[i]) + 1;

    /// <param name="node">The node.</param>
    /// <param name="spatial">2 for images, 3 for volumes.</param>
    /// <param name="kernel">The size of the kernel; where null, the attribute <c>ksize</c> has it.</param>
    public static Window Read(NodeContext node, int spatial, long[]? kernel) => new(node, ArithmeticOperators.ChannelsFirst(node), spatial, kernel);

    /// <summary>
    /// Whether the kernel has to be spread by the dilations beforehand: where it moves by more than one pixel over images of sizes
    /// that are not known and is to keep them, the runtime knows no dilations.
    /// </summary>
    public bool NeedsSpread(GraphValue image) => Dilations.Any(d => d > 1) && Padding == "SAME" && Same(image) is null;

    /// <summary>Puts zeros between the rows and columns of a filter, so that it needs no dilations any more.</summary>
    /// <param name="filter">A filter whose first dimensions are the kernel's.</param>
    public GraphValue Spread(GraphValue filter)
    {
        const long most = 64L << 20;
        var constant = node.Graph.Evaluate(filter)
            ?? throw node.Fail("has padding SAME, strides above 1 and dilations over images of unknown size, which takes a constant filter");
        var spread = constant.Spread(Dilations, most)
            ?? throw node.Fail($"has padding SAME, strides above 1 and dilations {Shapes.Format(Dilations)}, which makes a filter above {most} bytes");
        Kernel = spread.Shape[..Kernel.Length];
        Dilations = Array.ConvertAll(Dilations, _ => 1L);
        return node.AddConstant(spread);
    }

    /// <summary>An image as the runtime takes it, channels first.</summary>
    public GraphValue Input(int index = 0)
    {
        var value = node.Input(index);
        var wanted = Kernel.Length + 2;
        if (value.Rank is { } rank && rank != wanted)
        {
            throw node.Fail($"works on images of rank {wanted}, but {value.Name} has rank {rank}");
        }

        return ChannelsFirst ? value : Layout.ToChannelsFirst(node, value, wanted);
    }

    /// <summary>The result in the node's own layout.</summary>
    public GraphValue Output(GraphValue value) => ChannelsFirst ? value : Layout.ToChannelsLast(node, value, Kernel.Length + 2);

    /// <summary>The runtime's attributes, for an image with channels first.</summary>
    public IEnumerable<AttributeProto> Attributes(GraphValue image) =>
    [
        OnnxAttribute.Ints("kernel_shape", Kernel),
        OnnxAttribute.Ints("strides", Strides),
        OnnxAttribute.Ints("dilations", Dilations),
        Pads(image),
    ];

    private long[] Spatial(string attribute, int count, bool fallback)
    {
        if (fallback && !node.Has(attribute))
        {
            return [.. Enumerable.Repeat(1L, count)];
        }

        var values = node.Ints(attribute);
        if (values.Length != count + 2)
        {
            throw node.Fail($"has {values.Length} numbers in {attribute}, not {count + 2}");
        }

        var (first, channel) = ChannelsFirst ? (2, 1) : (1, count + 1);
        if (values[0] != 1 || values[channel] != 1)
        {
            throw node.Fail($"has {attribute} {Shapes.Format(values)}, which moves over batch or channels");
        }

        var spatial = values[first..(first + count)];
        return spatial.All(v => v is >= 1 and <= int.MaxValue) ? spatial : throw node.Fail($"has {attribute} {Shapes.Format(values)}");
    }

    private AttributeProto Pads(GraphValue image)
    {
        switch (Padding)
        {
            case "VALID":
                return OnnxAttribute.Ints("pads", new long[2 * Kernel.Length]);
            case "EXPLICIT":
                return OnnxAttribute.Ints("pads", ExplicitPads());
            case "SAME":
                // What is not known now, the runtime finds when it sees the image.
                return Same(image) is { } pads ? OnnxAttribute.Ints("pads", pads) : OnnxAttribute.Text("auto_pad", "SAME_UPPER");
            default:
                throw node.Fail($"has padding \"{Padding}\", which is not supported");
        }
    }

    /// <summary>The pads of the padding EXPLICIT: all that come before, then all that come after.</summary>
    public long[] ExplicitPads()
    {
        var pads = node.Ints("explicit_paddings");
        var spatial = Kernel.Length;
        if (pads.Length != 2 * (spatial + 2) || pads.Any(p => p is < 0 or > int.MaxValue))
        {
            throw node.Fail($"has explicit_paddings {Shapes.Format(pads)}");
        }

        var first = ChannelsFirst ? 4 : 2;
        return [.. Enumerable.Range(0, spatial).Select(i => pads[first + (2 * i)]), .. Enumerable.Range(0, spatial).Select(i => pads[first + (2 * i) + 1])];
    }

    // The padding does not depend on the image's size with a stride of 1, nor for a kernel of 1.
    private long[]? Same(GraphValue image)
    {
        var spatial = Kernel.Length;
        var pads = new long[2 * spatial];
        for (var i = 0; i < spatial; i++)
        {
            var size = image.Shape is { } shape ? shape[i + 2] : -1;
            if (size < 0 && Strides[i] > 1 && Kernel[i] > 1)
            {
                return null;
            }

            var total = Strides[i] == 1 ? Reach(i) - 1
                : Kernel[i] == 1 ? 0
                : Math.Max(0, ((((size + Strides[i] - 1) / Strides[i]) - 1) * Strides[i]) + Reach(i) - size);
            (pads[i], pads[i + spatial]) = (total / 2, total - (total / 2));
        }

        return pads;
    }
}
