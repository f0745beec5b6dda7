using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class SliceTests
{
    // 2 x 3 x 4, counted from 0: what stands at [i,j,k] is 12 i + 4 j + k.
    private static readonly float[] Cube = [.. Enumerable.Range(0, 24).Select(i => (float)i)];

    [Theory]
    [InlineData(new[] { 1, 0, 2 }, new[] { 1, 2, -1 }, new long[] { 1, 2, 2 }, new[] { 14f, 15, 18, 19 })]
    [InlineData(new[] { 0, 2, 0 }, new[] { -1, 1, 1 }, new long[] { 2, 1, 1 }, new[] { 8f, 20 })]
    [InlineData(new[] { 0, 0, 0 }, new[] { 2, 0, 4 }, new long[] { 2, 0, 4 }, new float[0])]
    public void A_slice_begins_and_has_a_size(int[] begin, int[] size, long[] shape, float[] expected) =>
        OneOperator.Run(Cube, [2, 3, 4], g => g.Node("Slice", "y", ["x", g.Ints("b", begin), g.Ints("s", size)])).ShouldHold(shape, expected);

    [Fact]
    public void Where_a_slice_begins_and_its_size_may_come_with_the_request()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.Float32, -1, 3);
        builder.Placeholder("b", DType.Int32, 2);
        builder.Placeholder("s", DType.Int32, 2);
        builder.Node("Slice", "fixed", ["x", "b", builder.Ints("size", -1, 1)]);
        builder.Node("Slice", "free", ["x", "b", "s"]);
        builder.Signature(
            "serving_default",
            [("x", "x", DType.Float32, [-1, 3]), ("b", "b", DType.Int32, [2]), ("s", "s", DType.Int32, [2])],
            ("fixed", "fixed", DType.Float32),
            ("free", "free", DType.Float32));
        using var model = builder.Load();
        using var x = Tensor.From<float>([0, 1, 2, 3, 4, 5], [2, 3]);
        using var b = Tensor.From<int>([1, 1], [2]);
        using var s = Tensor.From<int>([1, -1], [2]);
        using var outputs = model.Run("", new Dictionary<string, Tensor> { ["x"] = x, ["b"] = b, ["s"] = s });
        outputs["fixed"].ShouldHold([1, 1], 4f);
        outputs["free"].ShouldHold([1, 2], 4f, 5);
    }

    public static TheoryData<string, int[], int[], int[], int[], long[], float[]> Specifications => new()
    {
        // masks: begin, end, ellipsis, new axis, shrink axis
        { "x[1:2, 0:2, 1:3]", [1, 0, 1], [2, 2, 3], [1, 1, 1], [0, 0, 0, 0, 0], [1, 2, 2], [13, 14, 17, 18] },
        { "x[:, 1:, ::2]", [0, 1, 0], [0, 0, 0], [1, 1, 2], [5, 7, 0, 0, 0], [2, 2, 2], [4, 6, 8, 10, 16, 18, 20, 22] },
        { "x[1]", [1], [2], [1], [0, 0, 0, 0, 1], [3, 4], [.. Cube[12..]] },
        { "x[-1]", [-1], [0], [1], [0, 0, 0, 0, 1], [3, 4], [.. Cube[12..]] },
        { "x[..., 2]", [0, 2], [0, 3], [1, 1], [0, 0, 1, 0, 2], [2, 3], [2, 6, 10, 14, 18, 22] },
        { "x[0, ..., -1:]", [0, 0, -1], [1, 0, 0], [1, 1, 1], [0, 4, 2, 0, 1], [3, 1], [3, 7, 11] },
        { "x[:, newaxis, 0, 3]", [0, 0, 0, 3], [0, 0, 1, 4], [1, 1, 1, 1], [1, 1, 0, 2, 12], [2, 1], [3, 15] },
        { "x[..., newaxis] of the first", [0, 0, 0], [1, 0, 0], [1, 1, 1], [0, 0, 2, 4, 1], [3, 4, 1], [.. Cube[..12]] },
        { "x[0, 0, ::-1]", [0, 0, 0], [1, 1, 0], [1, 1, -1], [4, 4, 0, 0, 3], [4], [3, 2, 1, 0] },
        { "x[0, 0, 3:0:-2]", [0, 0, 3], [1, 1, 0], [1, 1, -2], [0, 0, 0, 0, 3], [2], [3, 1] },
        { "x[0, 0, -1:-4:-1]", [0, 0, -1], [1, 1, -4], [1, 1, -1], [0, 0, 0, 0, 3], [3], [3, 2, 1] },
        { "x[0, 0, 2:99]", [0, 0, 2], [1, 1, 99], [1, 1, 1], [0, 0, 0, 0, 3], [2], [2, 3] },
        { "x[0, 0, 3:1]", [0, 0, 3], [1, 1, 1], [1, 1, 1], [0, 0, 0, 0, 3], [0], [] },
    };

    [Theory]
    [MemberData(nameof(Specifications))]
    public void Indexing_is_that_of_python(string what, int[] begin, int[] end, int[] strides, int[] masks, long[] shape, float[] expected)
    {
        what.ShouldNotBeEmpty();
        OneOperator.Run(Cube, [2, 3, 4], g => StridedSlice(g, g.Ints("b", begin), g.Ints("e", end), strides, masks)).ShouldHold(shape, expected);
    }

    [Theory]
    [MemberData(nameof(Specifications))]
    public void Indexing_does_not_mind_a_layout_that_is_pending(string what, int[] begin, int[] end, int[] strides, int[] masks, long[] shape, float[] expected)
    {
        what.ShouldNotBeEmpty();
        float[] turned = [.. from k in Enumerable.Range(0, 4) from i in Enumerable.Range(0, 2) from j in Enumerable.Range(0, 3) select Cube[(12 * i) + (4 * j) + k]];
        OneOperator.Run(turned, [4, 2, 3], g =>
        {
            g.Node("Transpose", "t", ["x", g.Ints("p", 1, 2, 0)]);
            return StridedSlice(g, g.Ints("b", begin), g.Ints("e", end), strides, masks, "t");
        }).ShouldHold(shape, expected);
    }

    [Fact]
    public void An_index_may_come_with_the_request()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.Float32, -1, 2);
        builder.Placeholder("i", DType.Int32, 1);
        builder.Node("AddV2", "next", ["i", builder.Ints("one", 1)]);
        StridedSlice(builder, "i", "next", [1], [0, 0, 0, 0, 1]);
        builder.Signature("serving_default", [("x", "x", DType.Float32, [-1, 2]), ("i", "i", DType.Int32, [1])], ("y", "y", DType.Float32));
        using var model = builder.Load();
        using var x = Tensor.From<float>([0, 1, 2, 3, 4, 5], [3, 2]);
        foreach (var (index, expected) in new[] { (1, new[] { 2f, 3 }), (-1, [4, 5]), (-3, [0, 1]) })
        {
            using var i = Tensor.From<int>([index], [1]);
            model.Run("", new Dictionary<string, Tensor> { ["x"] = x, ["i"] = i })["y"].ShouldHold([2], expected);
        }

        using var beyond = Tensor.From<int>([3], [1]);
        Should.Throw<InferenceException>(() => model.Run("", new Dictionary<string, Tensor> { ["x"] = x, ["i"] = beyond }));
    }

    [Fact]
    public void Going_back_from_before_the_first_element_finds_nothing() =>
        OneOperator.Run(Cube, [2, 3, 4], g => StridedSlice(g, g.Ints("b", 0, 0, -9), g.Ints("e", 1, 1, -10), [1, 1, -1], [0, 0, 0, 0, 3])).ShouldHold<float>([0]);

    [Fact]
    public void An_element_that_is_not_there_is_refused_by_name()
    {
        var error = Should.Throw<ModelFormatException>(
            () => OneOperator.Run(Cube, [2, 3, 4], g => StridedSlice(g, g.Ints("b", 0, 3), g.Ints("e", 0, 4), [1, 1], [1, 1, 0, 0, 2])));
        error.Message.ShouldContain("operator StridedSlice (node y) takes element 3 of 3");
    }

    [Fact]
    public void Dimensions_are_reversed() =>
        OneOperator.Run([1f, 2, 3, 4, 5, 6], [2, 3], g => g.Node("ReverseV2", "y", ["x", g.Ints("axes", -1, 0)])).ShouldHold([2, 3], 6f, 5, 4, 3, 2, 1);

    private static string StridedSlice(SavedModelBuilder g, string begin, string end, int[] strides, int[] masks, string x = "x") => g.Node(
        "StridedSlice",
        "y",
        [x, begin, end, g.Ints("s", strides)],
        Attr("begin_mask", masks[0]),
        Attr("end_mask", masks[1]),
        Attr("ellipsis_mask", masks[2]),
        Attr("new_axis_mask", masks[3]),
        Attr("shrink_axis_mask", masks[4]));
}
