using MuLambda.Inference.Onnx.Proto;

namespace MuLambda.Inference.SavedModels.Folding;

/// <summary>Shapes of what moves a window over images, channels first.</summary>
internal static class WindowShapes
{
    public static long[]? Convolution(NodeProto node, IReadOnlyList<long>? image, IReadOnlyList<long>? filter) =>
        image is null || filter is null || image.Count != filter.Count || image.Count < 3 ? null
        : [image[0], filter[0], .. Move(node, image, [.. filter.Skip(2)])];

    public static long[]? Pool(NodeProto node, IReadOnlyList<long>? image) =>
        image is null || node.Ints("kernel_shape") is not { } kernel || image.Count != kernel.Length + 2 ? null
        : [image[0], image[1], .. Move(node, image, kernel)];

    public static long[]? Transposed(NodeProto node, IReadOnlyList<long>? image, IReadOnlyList<long>? filter)
    {
        if (image is null || filter is null || image.Count != filter.Count || image.Count < 3)
        {
            return null;
        }

        var spatial = image.Count - 2;
        var (strides, dilations, pads, more) = (
            node.Ints("strides") ?? Ones(spatial), node.Ints("dilations") ?? Ones(spatial), node.Ints("pads") ?? new long[2 * spatial],
            node.Ints("output_padding") ?? new long[spatial]);
        var result = new long[image.Count];
        (result[0], result[1]) = (image[0], filter[1] < 0 ? -1 : filter[1] * node.Int("group", 1));
        for (var i = 0; i < spatial; i++)
        {
            var (size, kernel) = (image[i + 2], filter[i + 2]);
            result[i + 2] = size < 0 || kernel < 0
                ? -1
                : (strides[i] * (size - 1)) + more[i] + ((kernel - 1) * dilations[i]) + 1 - pads[i] - pads[i + spatial];
        }

        return result;
    }

    private static IEnumerable<long> Move(NodeProto node, IReadOnlyList<long> image, long[] kernel)
    {
        var spatial = kernel.Length;
        var (strides, dilations, pads) = (
            node.Ints("strides") ?? Ones(spatial), node.Ints("dilations") ?? Ones(spatial), node.Ints("pads") ?? new long[2 * spatial]);
        var same = node.Text("auto_pad", "NOTSET") == "SAME_UPPER";
        for (var i = 0; i < spatial; i++)
        {
            var (size, reach) = (image[i + 2], ((kernel[i] - 1) * dilations[i]) + 1);
            yield return size < 0 || kernel[i] < 0 ? -1
                : same ? (size + strides[i] - 1) / strides[i]
                : Math.Max(0, (size + pads[i] + pads[i + spatial] - reach + strides[i]) / strides[i]);
        }
    }

    private static long[] Ones(int count) => [.. Enumerable.Repeat(1L, count)];
}
