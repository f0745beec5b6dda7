using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class PoolingTests
{
    /// <summary>Height, width, kernel, stride, padding.</summary>
    public static TheoryData<string, int, int, int, int, string> Geometries
    {
        get
        {
            var data = new TheoryData<string, int, int, int, int, string>();
            foreach (var op in new[] { "MaxPool", "AvgPool" })
            {
                foreach (var padding in new[] { "SAME", "VALID" })
                {
                    data.Add(op, 6, 7, 2, 2, padding);
                    data.Add(op, 7, 6, 3, 2, padding);
                    data.Add(op, 5, 5, 3, 1, padding);
                    data.Add(op, 8, 5, 2, 3, padding);
                    data.Add(op, 4, 6, 1, 2, padding);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void A_pool_sees_only_what_lies_inside_the_image(string op, int h, int w, int kernel, int stride, string padding)
    {
        const int n = 2, c = 3;
        // All below zero, so that a border of zeros would win every maximum.
        float[] x = [.. Images.Some(n * h * w * c, 9).Select(v => v - 2)];
        var (vertical, horizontal) = (Images.Windows(h, kernel, stride, 1, padding), Images.Windows(w, kernel, stride, 1, padding));
        var (shape, expected) = Images.Pool(
            x, [n, h, w, c], [kernel, kernel], vertical, horizontal, [stride, stride], op == "MaxPool" ? Enumerable.Max : Enumerable.Average);

        OneOperator.Run(x, [n, h, w, c], g => g.Node(
                op, "y", ["x"], Ints("ksize", 1, kernel, kernel, 1), Ints("strides", 1, stride, stride, 1), Attr("padding", padding)))
            .ShouldHoldAbout(shape, expected);
        OneOperator.Run(Images.ToChannelsFirst(x, n, h, w, c), [n, c, h, w], g => g.Node(
                op,
                "y",
                ["x"],
                Ints("ksize", 1, 1, kernel, kernel),
                Ints("strides", 1, 1, stride, stride),
                Attr("data_format", "NCHW"),
                Attr("padding", padding)))
            .ShouldHoldAbout([n, c, shape[1], shape[2]], Images.ToChannelsFirst(expected, n, (int)shape[1], (int)shape[2], c));
    }

    [Fact]
    public void A_pool_over_channels_is_refused_by_name()
    {
        var error = Should.Throw<ModelFormatException>(() => OneOperator.Run(new float[16], [1, 4, 4, 1], g => g.Node(
            "MaxPool", "deep", ["x"], Ints("ksize", 1, 1, 1, 2), Ints("strides", 1, 1, 1, 1), Attr("padding", "SAME"))));
        error.Message.ShouldContain("operator MaxPool (node deep) has ksize [1,1,1,2], which moves over batch or channels");
    }
}
