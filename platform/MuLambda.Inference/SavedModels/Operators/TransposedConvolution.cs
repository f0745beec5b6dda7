namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>
/// The convolution's gradient, which models use to enlarge images. The result has the size of the convolution's input, which comes as
/// an operand: where the sizes are known the runtime gets its pads, otherwise the result is cut from a larger one.
/// </summary>
internal static class TransposedConvolution
{
    public static GraphValue Translate(NodeContext node)
    {
        var shape = ConvolutionOperators.FilterShape(node, 4);
        var window = Window.Read(node, 2, shape[..2]);
        var image = window.Input(2);
        // Height, width, out, in to in, out, height, width.
        var filter = node.Graph.Transpose(node.Input(1), node.Name + "/filter", 3, 2, 0, 1);
        var sizes = Sizes(node, window);
        var known = Enumerable.Range(0, 2).Select(i => sizes.Elements?[i]).ToArray();
        if (known is not [{ } height, { } width])
        {
            return window.Output(CutOut(node, window, image, filter, sizes));
        }

        var pads = new long[4];
        var more = new long[2];
        var explicitPads = window.Padding == "EXPLICIT" ? window.ExplicitPads() : null;
        foreach (var (i, size) in new[] { (0, height), (1, width) })
        {
            var before = image.Shape is { } s && s[i + 2] >= 0 ? s[i + 2] : Before(window, i, size);
            var full = ((before - 1) * window.Strides[i]) + window.Reach(i);
            // What the full result has too many; below 0 where rows follow that no window reached.
            var surplus = full - size;
            var front = explicitPads is not null ? explicitPads[i] : window.Padding == "SAME" ? Math.Max(surplus, 0) / 2 : 0;
            pads[i] = front;
            pads[i + 2] = Math.Max(surplus - front, 0);
            more[i] = Math.Max(front - surplus, 0);
            if (Before(window, i, size) != before || more[i] >= Math.Max(window.Strides[i], window.Dilations[i]))
            {
                throw node.Fail($"makes {size} rows or columns of {before}, which do not fit its strides");
            }
        }

        return window.Output(node.Add(
            "ConvTranspose",
            [image, filter],
            image.Type,
            OnnxAttribute.Ints("kernel_shape", window.Kernel),
            OnnxAttribute.Ints("strides", window.Strides),
            OnnxAttribute.Ints("dilations", window.Dilations),
            OnnxAttribute.Ints("pads", pads),
            OnnxAttribute.Ints("output_padding", more)));
    }

    // Height and width of the result, as two int64.
    private static GraphValue Sizes(NodeContext node, Window window)
    {
        var sizes = node.Cast(node.Input(0), DType.Int64);
        var first = sizes.Shape switch
        {
            [2] => 0,
            [4] => window.ChannelsFirst ? 2 : 1,
            _ => throw node.Fail($"takes the sizes of its result from {node.Input(0).Name}, which is no vector of 4"),
        };
        return Layout.Slice(node, sizes, node.Vector(first), node.Vector(first + 2), [0], [1]);
    }

    // How many the convolution made of a size.
    private static long Before(Window window, int i, long size)
    {
        var pads = window.Padding == "EXPLICIT" ? window.ExplicitPads() : new long[4];
        return window.Padding == "SAME"
            ? (size + window.Strides[i] - 1) / window.Strides[i]
            : (size + pads[i] + pads[i + 2] - window.Reach(i) + window.Strides[i]) / window.Strides[i];
    }

    // The full result and the rows beyond it, from which a part of the size wanted is taken.
    private static GraphValue CutOut(NodeContext node, Window window, GraphValue image, GraphValue filter, GraphValue sizes)
    {
        var full = node.Add(
            "ConvTranspose",
            [image, filter],
            image.Type,
            OnnxAttribute.Ints("kernel_shape", window.Kernel),
            OnnxAttribute.Ints("strides", window.Strides),
            OnnxAttribute.Ints("dilations", window.Dilations),
            OnnxAttribute.Ints("output_padding", Array.ConvertAll(window.Strides, s => s - 1)));
        GraphValue starts;
        switch (window.Padding)
        {
            case "VALID":
                starts = node.Vector(0, 0);
                break;
            case "EXPLICIT":
                starts = node.Vector(window.ExplicitPads().AsSpan(0, 2));
                break;
            case "SAME":
                var shape = node.Add("Shape", [image], DType.Int64);
                var small = Layout.Slice(node, shape, node.Vector(2), node.Vector(4), [0], [1]);
                var reached = Sum(node, Product(node, small, window.Strides), [.. Enumerable.Range(0, 2).Select(i => window.Reach(i) - window.Strides[i])]);
                var surplus = node.Add("Sub", [reached, sizes], DType.Int64);
                starts = node.Add("Div", [node.Add("Max", [surplus, node.Vector(0, 0)], DType.Int64), node.Vector(2, 2)], DType.Int64);
                break;
            default:
                throw node.Fail($"has padding \"{window.Padding}\", which is not supported");
        }

        return Layout.Slice(node, full, starts, node.Add("Add", [starts, sizes], DType.Int64), [2, 3], [1, 1]);
    }

    private static GraphValue Product(NodeContext node, GraphValue value, long[] factors) => node.Add("Mul", [value, node.Vector(factors)], DType.Int64);

    private static GraphValue Sum(NodeContext node, GraphValue value, long[] terms) => node.Add("Add", [value, node.Vector(terms)], DType.Int64);
}
