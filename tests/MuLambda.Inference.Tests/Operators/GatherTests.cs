using MuLambda.Inference.Tests.Graphs;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Operators;

public sealed class GatherTests
{
    private static readonly float[] Six = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void Rows_or_columns_are_gathered()
    {
        OneOperator.Run(Six, [3, 2], g => g.Node("GatherV2", "y", ["x", g.Ints("i", 2, 0, 2), g.Int("axis", 0)])).ShouldHold([3, 2], 5f, 6, 1, 2, 5, 6);
        OneOperator.Run(Six, [2, 3], g => g.Node("GatherV2", "y", ["x", g.Const("i", [1, 1, 0, 2], 2, 2), g.Int("axis", -1)]))
            .ShouldHold([2, 2, 2], 2f, 2, 1, 3, 5, 5, 4, 6);
        OneOperator.Run(Six, [2, 3], g => g.Node("Gather", "y", ["x", g.Int("i", 1)])).ShouldHold([3], 4f, 5, 6);
    }

    [Fact]
    public void Each_member_of_a_batch_has_its_own_positions()
    {
        OneOperator.Run(Six, [2, 3], g => g.Node(
            "GatherV2", "y", ["x", g.Const("i", [2, 0, 1, 1], 2, 2), g.Int("axis", 1)], Attr("batch_dims", 1))).ShouldHold([2, 2], 3f, 1, 5, 5);
        // The axis behind another dimension: [2,2,3] by [2,1] along the last.
        float[] twelve = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        OneOperator.Run(twelve, [2, 2, 3], g => g.Node(
            "GatherV2", "y", ["x", g.Const("i", [2, 0], 2, 1), g.Int("axis", 2)], Attr("batch_dims", 1))).ShouldHold([2, 2, 1], 3f, 6, 7, 10);
    }

    [Fact]
    public void Positions_of_several_dimensions_take_elements_or_rows()
    {
        OneOperator.Run(Six, [2, 3], g => g.Node("GatherNd", "y", ["x", g.Const("i", [1, 2, 0, 0], 2, 2)])).ShouldHold([2], 6f, 1);
        OneOperator.Run(Six, [2, 3], g => g.Node("GatherNd", "y", ["x", g.Const("i", [1], 1, 1)])).ShouldHold([1, 3], 4f, 5, 6);
    }

    [Fact]
    public void What_is_scattered_to_one_position_adds_up() =>
        OneOperator.Run([1f, 2, 3], [3], g => g.Node("ScatterNd", "y", [g.Const("i", [1, 3, 1], 3, 1), "x", g.Ints("shape", 5)]))
            .ShouldHold([5], 0f, 4, 0, 2, 0);

    [Fact]
    public void Positions_of_a_tensor_are_replaced_or_added_to()
    {
        OneOperator.Run([1f, 2, 3], [3], g => g.Node("TensorScatterUpdate", "y", ["x", g.Const("i", [1], 1, 1), g.Const("u", [9f], 1)])).ShouldHold([3], 1f, 9, 3);
        OneOperator.Run([1f, 2, 3], [3], g => g.Node("TensorScatterAdd", "y", ["x", g.Const("i", [1, 1], 2, 1), g.Const("u", [9f, 1], 2)]))
            .ShouldHold([3], 1f, 12, 3);
    }

    [Fact]
    public void Sparse_values_become_dense()
    {
        OneOperator.Run([5f, 6], [2], g => g.Node(
            "SparseToDense", "y", [g.Const("i", [0L, 1, 1, 2], 2, 2), g.Const("s", [2L, 3], 2), "x", g.Const("d", [-1f])]))
            .ShouldHold([2, 3], -1f, 5, -1, -1, -1, 6);
        // A vector of positions of one dimension, one value for all.
        OneOperator.Run([0f], [1], g =>
        {
            var dense = g.Node("SparseToDense", "d", [g.Ints("i", 0, 2), g.Ints("s", 4), g.Const("v", [7f]), g.Const("z", [0f])]);
            return g.Node("AddV2", "y", ["x", dense]);
        }).ShouldHold([4], 7f, 0, 7, 0);
    }

    [Fact]
    public void Tensors_are_filled_repeated_and_counted()
    {
        OneOperator.Run([1f, 2], [2], g => g.Node("Tile", "y", ["x", g.Ints("m", 3)])).ShouldHold([6], 1f, 2, 1, 2, 1, 2);
        OneOperator.Run([1f, 2], [2], g => g.Node("BroadcastTo", "y", ["x", g.Ints("s", 2, 2)])).ShouldHold([2, 2], 1f, 2, 1, 2);
        OneOperator.Run([1f, 2], [2], g => g.Node("AddV2", "y", ["x", g.Node("Fill", "f", [g.Node("Shape", "s", ["x"]), g.Const("v", [9f])])]))
            .ShouldHold([2], 10f, 11);
        OneOperator.Run([1, 2], [2], g => g.Node("ZerosLike", "y", ["x"])).ShouldHold([2], 0, 0);
        OneOperator.Run([1L, 2], [2], g => g.Node("OnesLike", "y", ["x"])).ShouldHold([2], 1L, 1);
        OneOperator.Run([float.NaN], [1], g => g.Node("ZerosLike", "y", ["x"])).ShouldHold([1], 0f);
        OneOperator.Run([0f], [1], g => g.Node("AddV2", "y", ["x", g.Node("Range", "r", [g.Const("a", [1f]), g.Const("b", [3f]), g.Const("c", [.5f])])]))
            .ShouldHold([4], 1f, 1.5f, 2, 2.5f);
        OneOperator.Run([5], [1], g => g.Node("Range", "y", [g.Int("a", 0), g.Node("Reshape", "n", ["x", g.Ints("scalar")]), g.Int("c", 2)])).ShouldHold([3], 0, 2, 4);
        OneOperator.Run([0f], [1], g => g.Node("AddV2", "y", ["x", g.Node("Empty", "e", [g.Ints("s", 2)], Attr("dtype", DType.Float32))])).ShouldHold([2], 0f, 0);
    }

    [Theory]
    [InlineData(-1, new long[] { 3, 4 }, new[] { 0f, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(0, new long[] { 4, 3 }, new[] { 0f, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0 })]
    public void One_is_hot_and_none_where_the_index_is_outside(int axis, long[] shape, float[] expected) =>
        OneOperator.Run(
            [2, 0, -1],
            [3],
            g => g.Node("OneHot", "y", ["x", g.Int("depth", 4), g.Const("on", [1f]), g.Const("off", [0f])], Attr("axis", axis)),
            DType.Float32).ShouldHold(shape, expected);

    [Fact]
    public void The_best_come_first_and_of_equals_the_earlier()
    {
        float[] x = [3, 9, 1, 9, 5, 5, 5, 0];
        OneOperator.Run(x, [2, 4], g => g.Node("TopKV2", "y", ["x", g.Int("k", 2)])).ShouldHold([2, 2], 9f, 9, 5, 5);
        OneOperator.Run(x, [2, 4], g =>
        {
            g.Node("TopKV2", "t", ["x", g.Int("k", 3)]);
            return g.Node("Identity", "y", ["t:1"]);
        }, DType.Int32).ShouldHold([2, 3], 1, 3, 0, 0, 1, 2);
        OneOperator.Run(x, [2, 4], g => g.Node("TopK", "y", ["x"], Attr("k", 2))).ShouldHold([2, 2], 9f, 9, 5, 5);
        OneOperator.Run(x, [2, 4], g =>
        {
            g.Node("TopK", "t", ["x"], Attr("k", 3));
            return g.Node("Identity", "y", ["t:1"]);
        }, DType.Int32).ShouldHold([2, 3], 1, 3, 0, 0, 1, 2);
    }

    [Theory]
    [InlineData(false, false, new[] { 1f, 3, 6 })]
    [InlineData(true, false, new[] { 0f, 1, 3 })]
    [InlineData(false, true, new[] { 6f, 5, 3 })]
    [InlineData(true, true, new[] { 5f, 3, 0 })]
    public void Sums_accumulate(bool exclusive, bool reverse, float[] expected) =>
        OneOperator.Run([1f, 2, 3], [3], g => g.Node("Cumsum", "y", ["x", g.Int("axis", -1)], Attr("exclusive", exclusive), Attr("reverse", reverse)))
            .ShouldHold([3], expected);

    [Fact]
    public void Boxes_that_overlap_a_better_one_are_dropped()
    {
        // The second covers the first by 0.81, the third stands apart, the fourth scores too low.
        float[] boxes = [0, 0, 1, 1, 0, .1f, 1, 1.1f, 0, 5, 1, 6, 0, 8, 1, 9];
        float[] scores = [.8f, .9f, .5f, .1f];
        string Constants(SavedModelBuilder g, string op, params (string, Protocol.TensorFlow.AttrValue)[] attributes) => g.Node(
            op,
            "nms",
            ["x", g.Const("scores", scores, 4), g.Int("most", 3), g.Const("overlap", [.5f]), g.Const("score", [.3f]),
                .. op.EndsWith('5') ? new[] { g.Const("sigma", [0f]) } : []],
            attributes);
        OneOperator.Run(boxes, [4, 4], g => Constants(g, "NonMaxSuppressionV3"), DType.Int32).ShouldHold([2], 1, 2);

        // The second version knows no least score.
        OneOperator.Run(
                boxes,
                [4, 4],
                g => g.Node("NonMaxSuppressionV2", "nms", ["x", g.Const("scores", scores, 4), g.Int("most", 3), g.Const("overlap", [.5f])]),
                DType.Int32)
            .ShouldHold([3], 1, 2, 3);
        OneOperator.Run(boxes, [4, 4], g =>
        {
            Constants(g, "NonMaxSuppressionV4", Attr("pad_to_max_output_size", true));
            return g.Node("Pack", "y", ["nms:1"]);
        }, DType.Int32).ShouldHold([1], 2);
        OneOperator.Run(boxes, [4, 4], g => Constants(g, "NonMaxSuppressionV4", Attr("pad_to_max_output_size", true)), DType.Int32).ShouldHold([3], 1, 2, 0);
        OneOperator.Run(boxes, [4, 4], g =>
        {
            Constants(g, "NonMaxSuppressionV5");
            return g.Node("Identity", "y", ["nms:1"]);
        }).ShouldHold([2], .9f, .5f);
    }
}
