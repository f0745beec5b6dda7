using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class FusedTests
{
    private static readonly float[] Image = Images.Some(3 * 5 * 5 * 2, 3);
    private static readonly float[] Filter = Images.Some(3 * 3 * 2 * 2, 4);
    private static readonly float[] Bias = [.5f, -.25f];

    public static TheoryData<string, Func<float, float>> Activations => new()
    {
        { "Relu", v => Math.Max(v, 0) }, { "Relu6", v => Math.Clamp(v, 0, 6) }, { "Elu", v => v < 0 ? MathF.Exp(v) - 1 : v },
        { "Sigmoid", v => 1 / (1 + MathF.Exp(-v)) }, { "Tanh", MathF.Tanh }, { "LeakyRelu", v => v < 0 ? v * .3f : v }, { "Prelu", v => v < 0 ? v * .5f : v },
    };

    [Theory]
    [MemberData(nameof(Activations))]
    public void A_convolution_carries_its_bias_and_activation(string activation, Func<float, float> expected)
    {
        foreach (var (op, depthwise) in new[] { ("_FusedConv2D", false), ("FusedDepthwiseConv2dNative", true), ("_FusedDepthwiseConv2dNative", true) })
        {
            var filter = depthwise ? Filter[..18] : Filter;
            int[] filterShape = [3, 3, 2, depthwise ? 1 : 2];
            var window = Images.Windows(5, 3, 2, 1, "SAME");
            var (shape, convolved) = Images.Convolve(Image, [3, 5, 5, 2], filter, filterShape, depthwise, window, window, [2, 2], [1, 1]);
            OneOperator.Run(Image, [3, 5, 5, 2], g =>
            {
                string[] inputs = ["x", g.Const("f", filter, [.. filterShape.Select(d => (long)d)]), g.Const("b", Bias, 2)];
                return g.Node(
                    op,
                    "y",
                    activation == "Prelu" ? [.. inputs, g.Const("a", [.5f, .5f], 2)] : inputs,
                    Ints("strides", 1, 2, 2, 1),
                    Attr("padding", "SAME"),
                    Attr("leakyrelu_alpha", .3f),
                    Texts("fused_ops", "BiasAdd", activation));
            }).ShouldHoldAbout(shape, [.. convolved.Select((v, i) => expected(v + Bias[i % 2]))]);
        }
    }

    [Fact]
    public void A_convolution_carries_its_normalization_and_its_sum()
    {
        float[] scale = [2, .5f], offset = [1, -1], mean = [.1f, .2f], variance = [.3f, .4f];
        var window = Images.Windows(5, 3, 1, 1, "VALID");
        var (shape, convolved) = Images.Convolve(Image, [3, 5, 5, 2], Filter, [3, 3, 2, 2], false, window, window, [1, 1], [1, 1]);
        var expected = convolved.Select((v, i) =>
            Math.Max(0, ((v - mean[i % 2]) / MathF.Sqrt(variance[i % 2] + .01f) * scale[i % 2]) + offset[i % 2]));
        OneOperator.Run(Image, [3, 5, 5, 2], g => g.Node(
            "_FusedConv2D",
            "y",
            ["x", g.Const("f", Filter, 3, 3, 2, 2), g.Const("s", scale, 2), g.Const("o", offset, 2), g.Const("m", mean, 2), g.Const("v", variance, 2)],
            Ints("strides", 1, 1, 1, 1),
            Attr("padding", "VALID"),
            Attr("epsilon", .01f),
            Texts("fused_ops", "FusedBatchNorm", "Relu"))).ShouldHoldAbout(shape, [.. expected]);
    }

    [Fact]
    public void A_product_carries_its_bias_and_activation() =>
        OneOperator.Run([1f, 2, 3, -4], [2, 2], g => g.Node(
            "_FusedMatMul", "y", ["x", g.Const("w", [1f, 1, 0, 1], 2, 2), g.Const("b", [1f, -9], 2)], Attr("transpose_b", true), Texts("fused_ops", "BiasAdd", "Relu")))
            .ShouldHold([2, 2], 4f, 0, 0, 0);

    [Fact]
    public void What_is_fused_and_not_known_is_refused_by_name()
    {
        var error = Should.Throw<ModelFormatException>(() => OneOperator.Run([1f], [1, 1], g =>
            g.Node("_FusedMatMul", "dense", ["x", g.Const("w", [1f], 1, 1)], Texts("fused_ops", "Mystery"))));
        error.Message.ShouldContain("operator _FusedMatMul (node dense) has Mystery fused, which is not supported");
    }

    [Theory]
    [InlineData("FusedBatchNorm")]
    [InlineData("FusedBatchNormV2")]
    [InlineData("FusedBatchNormV3")]
    public void A_normalization_uses_what_training_left(string op)
    {
        float[] x = Images.Some(3 * 2 * 2 * 2, 7), scale = [2, .5f], offset = [1, -1], mean = [.1f, .2f], variance = [.3f, .4f];
        var expected = x.Select((v, i) => ((v - mean[i % 2]) / MathF.Sqrt(variance[i % 2] + .001f) * scale[i % 2]) + offset[i % 2]).ToArray();
        string Normalize(SavedModelBuilder g, string format) => g.Node(
            op,
            "y",
            ["x", g.Const("s", scale, 2), g.Const("o", offset, 2), g.Const("m", mean, 2), g.Const("v", variance, 2)],
            Attr("epsilon", .001f),
            Attr("is_training", false),
            Attr("data_format", format));
        OneOperator.Run(x, [3, 2, 2, 2], g => Normalize(g, "NHWC")).ShouldHoldAbout([3, 2, 2, 2], expected);
        OneOperator.Run(Images.ToChannelsFirst(x, 3, 2, 2, 2), [3, 2, 2, 2], g => Normalize(g, "NCHW"))
            .ShouldHoldAbout([3, 2, 2, 2], Images.ToChannelsFirst(expected, 3, 2, 2, 2));
    }

    [Fact]
    public void A_normalization_that_trains_is_refused_by_name()
    {
        var error = Should.Throw<ModelFormatException>(() => OneOperator.Run(new float[4], [1, 2, 2, 1], g =>
            g.Node("FusedBatchNormV3", "norm", ["x", g.Const("s", [1f], 1), "s", "s", "s"], Attr("is_training", true))));
        error.Message.ShouldContain("operator FusedBatchNormV3 (node norm) has is_training");
    }

    [Fact]
    public void A_local_response_is_divided_by_its_neighbours()
    {
        float[] x = [1, 2, 3, 4];
        var expected = x.Select((v, i) => v / MathF.Pow(1 + (.5f * x.Where((_, j) => Math.Abs(i - j) <= 1).Sum(n => n * n)), .75f));
        OneOperator.Run(x, [1, 1, 1, 4], g => g.Node(
            "LRN", "y", ["x"], Attr("depth_radius", 1), Attr("bias", 1f), Attr("alpha", .5f), Attr("beta", .75f))).ShouldHoldAbout([1, 1, 1, 4], [.. expected]);
    }

    [Fact]
    public void Volumes_are_convolved_and_pooled()
    {
        // 2 x 2 x 2 of ones under a kernel of ones sums what it covers; pools take the largest and the mean.
        float[] x = [1, 2, 3, 4, 5, 6, 7, 8];
        OneOperator.Run(x, [1, 2, 2, 2, 1], g => g.Node(
            "Conv3D", "y", ["x", g.Const("f", Enumerable.Repeat(1f, 8).ToArray(), 2, 2, 2, 1, 1)], Ints("strides", 1, 1, 1, 1, 1), Attr("padding", "VALID"),
            Attr("data_format", "NDHWC"))).ShouldHold([1, 1, 1, 1, 1], 36f);
        OneOperator.Run(x, [1, 2, 2, 2, 1], g => g.Node(
            "MaxPool3D", "y", ["x"], Ints("ksize", 1, 2, 2, 1, 1), Ints("strides", 1, 2, 2, 1, 1), Attr("padding", "VALID"), Attr("data_format", "NDHWC")))
            .ShouldHold([1, 1, 1, 2, 1], 7f, 8);
        OneOperator.Run(x, [1, 2, 2, 2, 1], g => g.Node(
            "AvgPool3D", "y", ["x"], Ints("ksize", 1, 2, 2, 2, 1), Ints("strides", 1, 2, 2, 2, 1), Attr("padding", "SAME"), Attr("data_format", "NDHWC")))
            .ShouldHold([1, 1, 1, 1, 1], 4.5f);
    }
}
