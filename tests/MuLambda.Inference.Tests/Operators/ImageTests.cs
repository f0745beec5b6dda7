using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class ImageTests
{
    [Theory]
    [InlineData(false, false, 3, 4, 6, 8)]
    [InlineData(false, true, 3, 4, 6, 8)]
    [InlineData(true, false, 3, 4, 6, 8)]
    [InlineData(false, false, 5, 7, 3, 4)]
    [InlineData(false, true, 5, 7, 3, 4)]
    [InlineData(true, false, 5, 7, 3, 4)]
    [InlineData(true, false, 5, 7, 1, 9)]
    [InlineData(false, true, 4, 4, 4, 4)]
    public void Images_are_resized_in_each_convention(bool corners, bool centers, int h, int w, int newH, int newW)
    {
        const int n = 3, c = 2;
        var x = Images.Some(n * h * w * c, 1);
        var bilinear = Resize(x, n, h, w, c, newH, newW, (y, x0, size, to, at) =>
        {
            var position = Math.Max(Position(at, size, to, corners, centers), 0);
            var low = Math.Min((int)Math.Floor(position), size - 1);
            return (low, Math.Min(low + 1, size - 1), position - Math.Floor(position));
        });
        var nearest = Resize(x, n, h, w, c, newH, newW, (y, x0, size, to, at) =>
        {
            var scale = corners && to > 1 ? (size - 1f) / (to - 1) : (float)size / to;
            var position = (centers ? at + .5f : at) * scale;
            var pixel = Math.Min(corners ? (int)MathF.Round(position, MidpointRounding.AwayFromZero) : (int)MathF.Floor(position), size - 1);
            return (pixel, pixel, 0);
        });
        foreach (var (op, expected) in new[] { ("ResizeBilinear", bilinear), ("ResizeNearestNeighbor", nearest) })
        {
            OneOperator.Run(x, [n, h, w, c], g => g.Node(
                op, "y", ["x", g.Ints("size", newH, newW)], Attr("align_corners", corners), Attr("half_pixel_centers", centers)))
                .ShouldHoldAbout([n, newH, newW, c], expected);
        }
    }

    [Fact]
    public void A_new_size_may_follow_from_the_image_or_come_with_the_request()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.UInt8, -1, -1, -1, 1);
        builder.Placeholder("size", DType.Int32, 2);
        var shape = builder.Node("Shape", "shape", ["x"]);
        var spatial = builder.Node("Slice", "spatial", [shape, builder.Ints("one", 1), builder.Ints("two", 2)]);
        builder.Node("ResizeNearestNeighbor", "twice", ["x", builder.Node("Mul", "doubled", [spatial, builder.Int("factor", 2)])]);
        builder.Node("ResizeNearestNeighbor", "asked", ["x", "size"]);
        builder.Signature(
            "serving_default",
            [("x", "x", DType.UInt8, [-1, -1, -1, 1]), ("size", "size", DType.Int32, [2])],
            ("twice", "twice", DType.UInt8),
            ("asked", "asked", DType.UInt8));
        using var model = builder.Load();
        using var x = Tensor.From<byte>([1, 2], [1, 1, 2, 1]);
        using var size = Tensor.From<int>([2, 1], [2]);
        using var outputs = model.Run("", new Dictionary<string, Tensor> { ["x"] = x, ["size"] = size });
        outputs["twice"].ShouldHold([1, 2, 4, 1], (byte)1, (byte)1, (byte)2, (byte)2, (byte)1, (byte)1, (byte)2, (byte)2);
        outputs["asked"].ShouldHold([1, 2, 1, 1], (byte)1, (byte)1);
    }

    [Fact]
    public void Channels_become_pixels_and_back()
    {
        // One pixel of 8 channels becomes 2 x 2 of 2.
        float[] x = [1, 2, 3, 4, 5, 6, 7, 8];
        OneOperator.Run(x, [1, 1, 1, 8], g => g.Node("DepthToSpace", "y", ["x"], Attr("block_size", 2))).ShouldHold([1, 2, 2, 2], x);
        OneOperator.Run(x, [1, 2, 2, 2], g => g.Node("SpaceToDepth", "y", ["x"], Attr("block_size", 2))).ShouldHold([1, 1, 1, 8], x);
        float[] row = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
        OneOperator.Run(row, [1, 1, 2, 8], g => g.Node("DepthToSpace", "y", ["x"], Attr("block_size", 2)))
            .ShouldHold([1, 2, 4, 2], 1f, 2, 3, 4, 9, 10, 11, 12, 5, 6, 7, 8, 13, 14, 15, 16);
        OneOperator.Run(row, [1, 2, 4, 2], g => g.Node("SpaceToDepth", "y", ["x"], Attr("block_size", 2)))
            .ShouldHold([1, 1, 2, 8], 1f, 2, 3, 4, 9, 10, 11, 12, 5, 6, 7, 8, 13, 14, 15, 16);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Pixels_move_into_the_batch_and_back(int n)
    {
        const int h = 3, w = 4, c = 2;
        var x = Images.Some(n * h * w * c, 4);
        // A row before and none behind make 4 rows: two blocks of two.
        var expected = from i in Enumerable.Range(0, 2)
                       from j in Enumerable.Range(0, 2)
                       from image in Enumerable.Range(0, n)
                       from y in Enumerable.Range(0, 2)
                       from z in Enumerable.Range(0, 2)
                       from k in Enumerable.Range(0, c)
                       let row = (2 * y) + i - 1
                       select row < 0 ? 0 : x[(((((image * h) + row) * w) + (2 * z) + j) * c) + k];
        string ToBatch(SavedModelBuilder g) => g.Node("SpaceToBatchND", "b", ["x", g.Ints("block", 2, 2), g.Const("p", [1, 0, 0, 0], 2, 2)]);
        OneOperator.Run(x, [n, h, w, c], ToBatch).ShouldHold([4 * n, 2, 2, c], [.. expected]);
        OneOperator.Run(x, [n, h, w, c], g => g.Node("BatchToSpaceND", "y", [ToBatch(g), "block", g.Const("crops", [1, 0, 0, 0], 2, 2)]))
            .ShouldHold([n, h, w, c], x);
    }

    [Fact]
    public void A_dilated_convolution_written_as_blocks_of_the_batch_is_one()
    {
        const int n = 3, size = 6;
        var (x, filter) = (Images.Some(n * size * size, 5), Images.Some(9, 6));
        var window = Images.Windows(size, 3, 1, 2, "SAME");
        var (shape, expected) = Images.Convolve(x, [n, size, size, 1], filter, [3, 3, 1, 1], false, window, window, [1, 1], [2, 2]);
        OneOperator.Run(x, [n, size, size, 1], g =>
        {
            var blocks = g.Node("SpaceToBatchND", "b", ["x", g.Ints("block", 2, 2), g.Const("p", [2, 2, 2, 2], 2, 2)]);
            var conv = g.Node("Conv2D", "conv", [blocks, g.Const("f", filter, 3, 3, 1, 1)], Ints("strides", 1, 1, 1, 1), Attr("padding", "VALID"));
            return g.Node("BatchToSpaceND", "y", [conv, "block", g.Const("crops", [0, 0, 0, 0], 2, 2)]);
        }).ShouldHoldAbout(shape, expected);
    }

    [Fact]
    public void Borders_mirror_the_image()
    {
        string Mirror(SavedModelBuilder g, string mode) => g.Node("MirrorPad", "y", ["x", g.Const("p", [1, 1, 2, 2], 2, 2)], Attr("mode", mode));
        OneOperator.Run([1f, 2, 3, 4, 5, 6], [2, 3], g => Mirror(g, "REFLECT")).ShouldHold(
            [4, 7], 6f, 5, 4, 5, 6, 5, 4, 3, 2, 1, 2, 3, 2, 1, 6, 5, 4, 5, 6, 5, 4, 3, 2, 1, 2, 3, 2, 1);
        OneOperator.Run([1f, 2, 3, 4, 5, 6], [2, 3], g => Mirror(g, "SYMMETRIC")).ShouldHold(
            [4, 7], 2f, 1, 1, 2, 3, 3, 2, 2, 1, 1, 2, 3, 3, 2, 5, 4, 4, 5, 6, 6, 5, 5, 4, 4, 5, 6, 6, 5);
    }

    private static double Position(int at, int size, int to, bool corners, bool centers) =>
        corners ? (to > 1 ? at * (size - 1.0) / (to - 1) : 0)
        : centers ? ((at + .5) * size / to) - .5
        : (double)at * size / to;

    private static float[] Resize(
        float[] x, int n, int h, int w, int c, int newH, int newW, Func<int, int, int, int, int, (int Low, int High, double Share)> pick) =>
        [.. from image in Enumerable.Range(0, n)
            from row in Enumerable.Range(0, newH)
            from column in Enumerable.Range(0, newW)
            from k in Enumerable.Range(0, c)
            let v = pick(row, column, h, newH, row)
            let z = pick(row, column, w, newW, column)
            let at = (Func<int, int, double>)((i, j) => x[(((((image * h) + i) * w) + j) * c) + k])
            select (float)((((at(v.Low, z.Low) * (1 - z.Share)) + (at(v.Low, z.High) * z.Share)) * (1 - v.Share))
                + (((at(v.High, z.Low) * (1 - z.Share)) + (at(v.High, z.High) * z.Share)) * v.Share))];
}
