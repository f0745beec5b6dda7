namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>What makes fewer numbers of many along some dimensions.</summary>
internal static class ReductionOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("Mean", node => Reduce(node, "ReduceMean"));
        table.Add("ArgMax", ArgMax);
    }

    private static GraphValue Reduce(NodeContext node, string op)
    {
        var (value, axes) = (node.Input(0), node.Input(1));
        var keep = node.Bool("keep_dims", false);
        if (axes.Constant?.AsIntegers() is { } known
            && node.Graph.TryGetTransposed(value, out var source, out var permutation)
            && known.All(a => a >= -permutation.Length && a < permutation.Length))
        {
            var reduced = known.Select(a => (int)(a < 0 ? a + permutation.Length : a)).ToArray();
            var left = permutation.Where((_, i) => !reduced.Contains(i)).ToArray();
            if (keep || left.Order().SequenceEqual(left))
            {
                var moved = Array.ConvertAll(reduced, a => (long)permutation[a]);
                var result = Reduce(node, op, source, node.AddConstant(Constant.Of(moved)), keep, keep ? permutation.Length : left.Length);
                return keep ? node.Graph.Transpose(result, node.Name + "/transpose", permutation) : result;
            }
        }

        var rank = keep ? value.Rank
            : axes.Constant?.AsIntegers() is { } constant ? value.Rank - constant.Distinct().Count()
            : null;
        return Reduce(node, op, value, Vector(node, axes), keep, rank);
    }

    private static GraphValue Reduce(NodeContext node, string op, GraphValue value, GraphValue axes, bool keep, int? rank)
    {
        // The runtime has no means of bytes; the sum of bytes fits 32 bits for any image.
        var operand = value.Type == DType.UInt8 ? node.Cast(value, DType.Int32) : value;
        var result = node.Add(
            op,
            [operand, axes],
            operand.Type,
            rank,
            OnnxAttribute.Int("keepdims", keep ? 1 : 0),
            OnnxAttribute.Int("noop_with_empty_axes", 1));
        return node.Cast(result, value.Type);
    }

    private static GraphValue ArgMax(NodeContext node)
    {
        var value = node.Input(0);
        var axis = node.ConstantInteger(1, "dimension");
        var result = node.Add(
            "ArgMax",
            [value],
            DType.Int64,
            value.Rank - 1,
            OnnxAttribute.Int("axis", axis),
            OnnxAttribute.Int("keepdims", 0),
            OnnxAttribute.Int("select_last_index", 0));
        return node.Cast(result, node.Type("output_type", DType.Int64));
    }

    // Axes as the runtime takes them: a vector of int64, also where TensorFlow has a scalar.
    private static GraphValue Vector(NodeContext node, GraphValue axes) =>
        axes.Constant?.AsIntegers() is { } known
            ? node.AddConstant(Constant.Of(known))
            : node.Add("Reshape", [node.Cast(axes, DType.Int64), node.AddConstant(Constant.Of(-1))], DType.Int64, 1);
}
