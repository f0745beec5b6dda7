namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>What makes fewer numbers of many along some dimensions.</summary>
internal static class ReductionOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("Mean", node => Reduce(node, "ReduceMean"), "of int64 through float64");
        table.Add("Sum", node => Reduce(node, "ReduceSum"));
        table.Add("Max", node => Reduce(node, "ReduceMax"));
        table.Add("Min", node => Reduce(node, "ReduceMin"));
        table.Add("Prod", node => Reduce(node, "ReduceProd"));
        table.Add("EuclideanNorm", node => Reduce(node, "ReduceL2"));
        table.Add("All", node => Reduce(node, "ReduceMin"));
        table.Add("Any", node => Reduce(node, "ReduceMax"));
        table.Add("ArgMax", node => Best(node, "ArgMax"));
        table.Add("ArgMin", node => Best(node, "ArgMin"));
    }

    private static GraphValue Reduce(NodeContext node, string op)
    {
        var value = node.Input(0);
        var keep = node.Bool("keep_dims", false);
        if (value.Type == DType.String)
        {
            throw node.Fail("works on string, which is not supported");
        }

        if (node.KnownIntegers(1) is { } known && value.Rank is { } rank)
        {
            var axes = known.Select(a => node.Axis(a, rank)).Distinct().ToArray();
            return axes.Length == 0 ? value : Layout.Along(node, value, axes, keep, (moved, along) => Reduce(
                node, op, moved, node.Vector(Array.ConvertAll(along, a => (long)a)), keep));
        }

        // Axes as the runtime takes them: a vector of int64, also where TensorFlow has a scalar.
        var vector = node.Add("Reshape", [node.Cast(node.Input(1), DType.Int64), node.Vector(-1)], DType.Int64);
        return Reduce(node, op, value, vector, keep);
    }

    private static GraphValue Reduce(NodeContext node, string op, GraphValue value, GraphValue axes, bool keep)
    {
        var operand = value.Type == DType.Bool ? node.Cast(value, DType.Int32) : value;
        var result = node.Add(
            op, [operand, axes], operand.Type, OnnxAttribute.Int("keepdims", keep ? 1 : 0), OnnxAttribute.Int("noop_with_empty_axes", 1));
        return node.Cast(result, value.Type);
    }

    private static GraphValue Best(NodeContext node, string op)
    {
        var value = node.Input(0);
        var axis = node.Axis(node.ConstantInteger(1, "dimension"), node.Rank(value));
        var result = Layout.Along(node, value, [axis], keep: false, (moved, along) => node.Add(
            op,
            [moved],
            DType.Int64,
            OnnxAttribute.Int("axis", along[0]),
            OnnxAttribute.Int("keepdims", 0),
            OnnxAttribute.Int("select_last_index", 0)));
        return node.Cast(result, node.Type("output_type", DType.Int64));
    }
}
