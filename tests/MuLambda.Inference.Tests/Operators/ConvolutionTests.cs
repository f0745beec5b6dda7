using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class ConvolutionTests
{
    /// <summary>Height, width, kernel height and width, strides, dilations, padding.</summary>
    public static TheoryData<int, int, int, int, int, int, int, int, string> Geometries => new()
    {
        { 6, 7, 3, 3, 1, 1, 1, 1, "SAME" },
        { 6, 7, 2, 4, 1, 1, 1, 1, "SAME" },
        { 6, 7, 3, 3, 2, 2, 1, 1, "SAME" },
        { 7, 6, 3, 3, 2, 2, 1, 1, "SAME" },
        { 8, 9, 2, 2, 2, 2, 1, 1, "SAME" },
        { 5, 8, 5, 4, 2, 3, 1, 1, "SAME" },
        { 8, 7, 1, 1, 2, 2, 1, 1, "SAME" },
        { 6, 6, 2, 2, 3, 3, 1, 1, "SAME" },
        { 4, 3, 2, 2, 3, 3, 1, 1, "SAME" },
        { 8, 7, 1, 3, 1, 2, 1, 1, "SAME" },
        { 9, 8, 3, 3, 1, 1, 2, 2, "SAME" },
        { 9, 8, 3, 2, 1, 1, 2, 3, "SAME" },
        { 9, 8, 3, 3, 2, 2, 2, 2, "SAME" },
        { 6, 7, 3, 3, 1, 1, 1, 1, "VALID" },
        { 9, 8, 3, 2, 2, 3, 1, 1, "VALID" },
        { 9, 8, 3, 3, 1, 1, 2, 3, "VALID" },
        { 9, 8, 3, 3, 2, 2, 2, 2, "VALID" },
        { 6, 7, 3, 3, 1, 1, 1, 1, "EXPLICIT" },
        { 6, 7, 3, 3, 2, 2, 1, 1, "EXPLICIT" },
    };

    [Theory]
    [MemberData(nameof(Geometries))]
    public void A_convolution_is_the_loop_over_its_windows(int h, int w, int kh, int kw, int sh, int sw, int dh, int dw, string padding)
    {
        const int n = 2, c = 3, outs = 4;
        var (x, filter) = (Images.Some(n * h * w * c, 1), Images.Some(kh * kw * c * outs, 2));
        var (vertical, horizontal) = (Images.Windows(h, kh, sh, dh, padding, 1, 2), Images.Windows(w, kw, sw, dw, padding, 0, 3));
        var (shape, expected) = Images.Convolve(x, [n, h, w, c], filter, [kh, kw, c, outs], false, vertical, horizontal, [sh, sw], [dh, dw]);

        OneOperator.Run(x, [n, h, w, c], g => g.Node(
                "Conv2D",
                "y",
                ["x", g.Const("f", filter, kh, kw, c, outs)],
                Ints("strides", 1, sh, sw, 1),
                Ints("dilations", 1, dh, dw, 1),
                Ints("explicit_paddings", padding == "EXPLICIT" ? [0, 0, 1, 2, 0, 3, 0, 0] : []),
                Attr("padding", padding)))
            .ShouldHoldAbout(shape, expected);
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void A_channels_first_convolution_is_the_same_loop(int h, int w, int kh, int kw, int sh, int sw, int dh, int dw, string padding)
    {
        const int n = 2, c = 2, outs = 3;
        var (x, filter) = (Images.Some(n * h * w * c, 3), Images.Some(kh * kw * c * outs, 4));
        var (vertical, horizontal) = (Images.Windows(h, kh, sh, dh, padding, 1, 2), Images.Windows(w, kw, sw, dw, padding, 0, 3));
        var (_, expected) = Images.Convolve(x, [n, h, w, c], filter, [kh, kw, c, outs], false, vertical, horizontal, [sh, sw], [dh, dw]);

        OneOperator.Run(Images.ToChannelsFirst(x, n, h, w, c), [n, c, h, w], g => g.Node(
                "Conv2D",
                "y",
                ["x", g.Const("f", filter, kh, kw, c, outs)],
                Ints("strides", 1, 1, sh, sw),
                Ints("dilations", 1, 1, dh, dw),
                Ints("explicit_paddings", padding == "EXPLICIT" ? [0, 0, 0, 0, 1, 2, 0, 3] : []),
                Attr("data_format", "NCHW"),
                Attr("padding", padding)))
            .ShouldHoldAbout(
                [n, outs, vertical.Count, horizontal.Count],
                Images.ToChannelsFirst(expected, n, vertical.Count, horizontal.Count, outs));
    }

    [Theory]
    [InlineData(1, 1, "SAME")]
    [InlineData(2, 1, "SAME")]
    [InlineData(1, 2, "SAME")]
    [InlineData(2, 2, "SAME")]
    [InlineData(1, 1, "VALID")]
    [InlineData(2, 1, "VALID")]
    public void A_depthwise_convolution_filters_each_channel_by_itself(int stride, int dilation, string padding)
    {
        const int n = 2, h = 7, w = 6, c = 3, multiplier = 2;
        var (x, filter) = (Images.Some(n * h * w * c, 5), Images.Some(9 * c * multiplier, 6));
        var (vertical, horizontal) = (Images.Windows(h, 3, stride, dilation, padding), Images.Windows(w, 3, stride, dilation, padding));
        var (shape, expected) = Images.Convolve(
            x, [n, h, w, c], filter, [3, 3, c, multiplier], true, vertical, horizontal, [stride, stride], [dilation, dilation]);

        OneOperator.Run(x, [n, h, w, c], g => g.Node(
                "DepthwiseConv2dNative",
                "y",
                ["x", g.Const("f", filter, 3, 3, c, multiplier)],
                Ints("strides", 1, stride, stride, 1),
                Ints("dilations", 1, dilation, dilation, 1),
                Attr("padding", padding)))
            .ShouldHoldAbout(shape, expected);
    }

    [Fact]
    public void A_block_of_convolution_bias_activation_pool_and_mean_keeps_its_layout_straight()
    {
        const int n = 3, h = 6, w = 5, c = 2, outs = 3;
        var (x, filter, bias) = (Images.Some(n * h * w * c, 7), Images.Some(9 * c * outs, 8), new[] { .5f, -.25f, .1f });
        var (_, convolved) = Images.Convolve(
            x, [n, h, w, c], filter, [3, 3, c, outs], false, Images.Windows(h, 3, 1, 1, "SAME"), Images.Windows(w, 3, 1, 1, "SAME"), [1, 1], [1, 1]);
        var active = convolved.Select((v, i) => Math.Max(0, v + bias[i % outs])).ToArray();
        var (vertical, horizontal) = (Images.Windows(h, 2, 2, 1, "SAME"), Images.Windows(w, 2, 2, 1, "SAME"));
        var (_, pooled) = Images.Pool(active, [n, h, w, outs], [2, 2], vertical, horizontal, [2, 2], Enumerable.Max);
        var area = vertical.Count * horizontal.Count;
        var expected = from image in Enumerable.Range(0, n)
                       from k in Enumerable.Range(0, outs)
                       select Enumerable.Range(0, area).Average(p => pooled[(((image * area) + p) * outs) + k]);

        OneOperator.Run(x, [n, h, w, c], g =>
            {
                var conv = g.Node("Conv2D", "conv", ["x", g.Const("f", filter, 3, 3, c, outs)], Ints("strides", 1, 1, 1, 1), Attr("padding", "SAME"));
                var biased = g.Node("BiasAdd", "biased", [conv, g.Const("b", bias, outs)]);
                var relu = g.Node("Relu", "relu", [biased]);
                var pool = g.Node("MaxPool", "pool", [relu], Ints("ksize", 1, 2, 2, 1), Ints("strides", 1, 2, 2, 1), Attr("padding", "SAME"));
                return g.Node("Mean", "y", [pool, g.Ints("axes", 1, 2)]);
            })
            .ShouldHoldAbout([n, outs], [.. expected]);
    }

    [Theory]
    [InlineData("NHWC", "CIRCULAR", 1, "has padding \"CIRCULAR\"")]
    [InlineData("NCHW_VECT_C", "SAME", 1, "has data_format NCHW_VECT_C")]
    [InlineData("NHWC", "SAME", 2, "has strides [2,1,1,1], which moves over batch or channels")]
    [InlineData("NHWC", "EXPLICIT", 1, "has explicit_paddings []")]
    public void A_geometry_that_is_not_supported_is_refused_by_name(string format, string padding, int batchStride, string message)
    {
        var error = Should.Throw<ModelFormatException>(() => OneOperator.Run(new float[16], [1, 4, 4, 1], g => g.Node(
            "Conv2D",
            "edge",
            ["x", g.Const("f", new float[9], 3, 3, 1, 1)],
            Ints("strides", batchStride, 1, 1, 1),
            Attr("data_format", format),
            Attr("padding", padding))));
        error.Message.ShouldContain("operator Conv2D (node edge) " + message);
    }
}
