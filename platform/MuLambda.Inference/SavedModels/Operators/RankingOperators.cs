namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>What orders, accumulates and selects.</summary>
internal static class RankingOperators
{
    public static void Register(OperatorTable table)
    {
        table.AddMany("TopK", node => Best(node, node.Vector(node.Int("k", 1))));
        table.AddMany("TopKV2", node => Best(node, node.Add("Reshape", [node.Cast(node.Input(1), DType.Int64), node.Vector(1)], DType.Int64)));
        table.Add("Cumsum", Accumulate, "`axis` has to be constant");
        table.Add("NonMaxSuppressionV2", node => Suppress(node, Threshold(node, 3), null));
        table.Add("NonMaxSuppressionV3", node => Suppress(node, Threshold(node, 3), Threshold(node, 4)));
        table.AddMany("NonMaxSuppressionV4", SuppressPadded);
        table.AddMany("NonMaxSuppressionV5", SuppressScored, "`soft_nms_sigma` has to be 0");
    }

    private static GraphValue[] Best(NodeContext node, GraphValue count)
    {
        var value = node.Input(0);
        var results = node.Graph.AddMany(
            "TopK", node.Name, [value, count], [value.Type, DType.Int64], OnnxAttribute.Int("sorted", node.Bool("sorted", true) ? 1 : 0));
        return [results[0], node.Cast(results[1], node.Type("index_type", DType.Int32))];
    }

    private static GraphValue Accumulate(NodeContext node)
    {
        var value = node.Input(0);
        var axis = node.Axis(node.ConstantInteger(1, "axis"), node.Rank(value));
        return node.Add(
            "CumSum",
            [value, node.Scalar(DType.Int64, axis)],
            value.Type,
            OnnxAttribute.Int("exclusive", node.Bool("exclusive", false) ? 1 : 0),
            OnnxAttribute.Int("reverse", node.Bool("reverse", false) ? 1 : 0));
    }

    private static GraphValue Threshold(NodeContext node, int index) =>
        node.Add("Reshape", [node.Cast(node.Input(index), DType.Float32), node.Vector(1)], DType.Float32);

    // The runtime works on batches and classes; here there is one of each, and of its rows only the box's number is wanted.
    private static GraphValue Selected(NodeContext node, GraphValue overlap, GraphValue? score)
    {
        var boxes = Layout.Unsqueeze(node, node.Cast(node.Input(0), DType.Float32), 0);
        var scores = Layout.Unsqueeze(node, node.Cast(node.Input(1), DType.Float32), [0, 1]);
        var most = node.Add("Reshape", [node.Cast(node.Input(2), DType.Int64), node.Vector(1)], DType.Int64);
        var rows = node.Add("NonMaxSuppression", [boxes, scores, most, overlap, score], DType.Int64);
        var column = node.Add("Slice", [rows, node.Vector(2), node.Vector(3), node.Vector(1), node.Vector(1)], DType.Int64);
        return node.Add("Reshape", [column, node.Vector(-1)], DType.Int64);
    }

    private static GraphValue Suppress(NodeContext node, GraphValue overlap, GraphValue? score) =>
        node.Cast(Selected(node, overlap, score), DType.Int32);

    private static GraphValue[] SuppressPadded(NodeContext node)
    {
        var selected = Selected(node, Threshold(node, 3), Threshold(node, 4));
        var count = node.Add("Shape", [selected], DType.Int64);
        return [Padded(node, selected, count), Count(node, count)];
    }

    private static GraphValue[] SuppressScored(NodeContext node)
    {
        if (node.Known(5) is not { } sigma || sigma.AsFloats() is not [0])
        {
            throw node.Fail("has a soft_nms_sigma other than 0, which is not supported");
        }

        var selected = Selected(node, Threshold(node, 3), Threshold(node, 4));
        var scores = node.Add("Gather", [node.Input(1), selected], node.Input(1).Type, OnnxAttribute.Int("axis", 0));
        var count = node.Add("Shape", [selected], DType.Int64);
        return [Padded(node, selected, count), PaddedTo(node, scores, count), Count(node, count)];
    }

    private static GraphValue Padded(NodeContext node, GraphValue selected, GraphValue count) => node.Cast(PaddedTo(node, selected, count), DType.Int32);

    private static GraphValue PaddedTo(NodeContext node, GraphValue value, GraphValue count)
    {
        if (!node.Bool("pad_to_max_output_size", false))
        {
            return value;
        }

        var most = node.Add("Reshape", [node.Cast(node.Input(2), DType.Int64), node.Vector(1)], DType.Int64);
        var missing = node.Add("Sub", [most, count], DType.Int64);
        var pads = node.Add("Concat", [node.Vector(0), missing], DType.Int64, OnnxAttribute.Int("axis", 0));
        return node.Add("Pad", [value, pads], value.Type, OnnxAttribute.Text("mode", "constant"));
    }

    private static GraphValue Count(NodeContext node, GraphValue count) =>
        node.Cast(node.Add("Squeeze", [count, node.Vector(0)], DType.Int64), DType.Int32);
}
