using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class TransposedConvolutionTests
{
    // How the size of the result is told.
    public enum Size
    {
        Constant,
        OfTheBatch,
        WithTheRequest,
    }

    public static TheoryData<string, int, int, int, Size> Cases()
    {
        var cases = new TheoryData<string, int, int, int, Size>();
        foreach (var size in Enum.GetValues<Size>())
        {
            foreach (var (padding, kernel, stride, height) in new[]
            {
                ("SAME", 3, 2, 8), ("SAME", 3, 2, 7), ("SAME", 4, 2, 8), ("SAME", 2, 3, 10), ("SAME", 3, 1, 4), ("SAME", 1, 2, 8),
                ("VALID", 3, 2, 9), ("VALID", 3, 2, 10), ("VALID", 2, 2, 8), ("VALID", 3, 1, 6),
            })
            {
                cases.Add(padding, kernel, stride, height, size);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_gradient_of_a_convolution_spreads_each_pixel_over_its_window(string padding, int kernel, int stride, int height, Size size)
    {
        const int n = 3, ins = 2, outs = 3;
        var width = height;
        var windows = Images.Windows(height, kernel, stride, 1, padding);
        var small = windows.Count;
        var (x, filter) = (Images.Some(n * small * small * ins, 1), Images.Some(kernel * kernel * outs * ins, 2));
        var expected = Spread(x, n, small, ins, filter, kernel, outs, windows.Before, stride, height);
        int[] sizes = [n, height, width, outs];
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.Float32, -1, size == Size.WithTheRequest ? -1 : small, size == Size.WithTheRequest ? -1 : small, ins);
        builder.Placeholder("sizes", DType.Int32, 4);
        var told = size switch
        {
            Size.Constant => builder.Ints("c", sizes),
            Size.WithTheRequest => "sizes",
            _ => builder.Node("Pack", "packed", [Batch(builder), builder.Int("h", height), builder.Int("w", width), builder.Int("o", outs)]),
        };
        builder.Node(
            "Conv2DBackpropInput",
            "y",
            [told, builder.Const("f", filter, kernel, kernel, outs, ins), "x"],
            Ints("strides", 1, stride, stride, 1),
            Attr("padding", padding));
        var free = size == Size.WithTheRequest ? -1 : small;
        builder.Signature(
            "serving_default", [("x", "x", DType.Float32, [-1, free, free, ins]), ("sizes", "sizes", DType.Int32, [4])], ("y", "y", DType.Float32));
        using var model = builder.Load();
        using var image = Tensor.From<float>(x, [n, small, small, ins]);
        using var asked = Tensor.From<int>(sizes, [4]);
        model.Run("", new Dictionary<string, Tensor> { ["x"] = image, ["sizes"] = asked })["y"].ShouldHoldAbout([n, height, width, outs], expected);
    }

    [Fact]
    public void Sizes_that_no_convolution_has_are_refused_by_name()
    {
        var error = Should.Throw<ModelFormatException>(() => OneOperator.Run(new float[4], [1, 2, 2, 1], g => g.Node(
            "Conv2DBackpropInput",
            "up",
            [g.Ints("sizes", 1, 9, 9, 1), g.Const("f", new float[9], 3, 3, 1, 1), "x"],
            Ints("strides", 1, 2, 2, 1),
            Attr("padding", "SAME"))));
        error.Message.ShouldContain("operator Conv2DBackpropInput (node up) makes 9 rows or columns of 2, which do not fit its strides");
    }

    private static string Batch(SavedModelBuilder g) => g.Node(
        "StridedSlice", "batch", [g.Node("Shape", "shape", ["x"]), g.Ints("b", 0), g.Ints("e", 1), g.Ints("s", 1)], Attr("shrink_axis_mask", 1));

    private static float[] Spread(float[] x, int n, int small, int ins, float[] filter, int kernel, int outs, int before, int stride, int size)
    {
        var y = new float[n * size * size * outs];
        foreach (var (image, row, column) in from i in Enumerable.Range(0, n)
                                             from r in Enumerable.Range(0, small)
                                             from c in Enumerable.Range(0, small)
                                             select (i, r, c))
        {
            for (var p = 0; p < kernel * kernel; p++)
            {
                var (i, j) = ((row * stride) - before + (p / kernel), (column * stride) - before + (p % kernel));
                if (i < 0 || j < 0 || i >= size || j >= size)
                {
                    continue;
                }

                for (var o = 0; o < outs; o++)
                {
                    for (var k = 0; k < ins; k++)
                    {
                        y[(((((image * size) + i) * size) + j) * outs) + o] +=
                            x[(((((image * small) + row) * small) + column) * ins) + k] * filter[(((p * outs) + o) * ins) + k];
                    }
                }
            }
        }

        return y;
    }
}
