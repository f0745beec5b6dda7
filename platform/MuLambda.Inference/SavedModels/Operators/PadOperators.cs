namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>What adds a border.</summary>
internal static class PadOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("Pad", node => Pad(node, value: null));
        table.Add("PadV2", node => Pad(node, node.Input(2)));
        table.Add("MirrorPad", Mirror, "`paddings` has to be constant");
    }

    private static GraphValue Pad(NodeContext node, GraphValue? value)
    {
        var input = node.Input(0);
        if (node.KnownIntegers(1) is not { } pairs)
        {
            return Add(node, input, Rearrange(node, node.Input(1)), value);
        }

        RequirePairs(node, pairs);
        if (node.Graph.TryGetTransposed(input, out var source, out var permutation) && permutation.Length == pairs.Length / 2)
        {
            var moved = Add(node, source, Pads(node, pairs, axis => Array.IndexOf(permutation, axis)), value);
            return node.Graph.Transpose(moved, node.Name + "/transpose", permutation);
        }

        return Add(node, input, Pads(node, pairs, axis => axis), value);
    }

    private static void RequirePairs(NodeContext node, long[] pairs)
    {
        if (node.Input(1).Shape is not [var rank, 2] || node.Input(0).Rank is { } wanted && wanted != rank)
        {
            throw node.Fail($"has paddings of shape {Shapes.Format([.. node.Input(1).Shape ?? []])}, not [rank,2]");
        }

        if (pairs.Any(p => p < 0))
        {
            throw node.Fail("has a negative padding");
        }
    }

    private static GraphValue Add(NodeContext node, GraphValue input, GraphValue pads, GraphValue? value) =>
        node.Add("Pad", value is null ? [input, pads] : [input, pads, value], input.Type, OnnxAttribute.Text("mode", "constant"));

    // TensorFlow has a pair for each dimension; ONNX has all that comes before, then all that comes after.
    private static GraphValue Pads(NodeContext node, long[] pairs, Func<int, int> pairOf)
    {
        var rank = pairs.Length / 2;
        var pads = new long[pairs.Length];
        for (var axis = 0; axis < rank; axis++)
        {
            pads[axis] = pairs[2 * pairOf(axis)];
            pads[rank + axis] = pairs[(2 * pairOf(axis)) + 1];
        }

        return node.Vector(pads);
    }

    private static GraphValue Rearrange(NodeContext node, GraphValue paddings)
    {
        var turned = node.Graph.Transpose(node.Cast(paddings, DType.Int64), node.Name + "/paddings", 1, 0);
        return node.Graph.Add("Reshape", node.Name + "/pads", [turned, node.Vector(-1)], DType.Int64);
    }

    // The mirror of a border is a slice that goes backwards; SYMMETRIC repeats the outermost element, REFLECT does not.
    private static GraphValue Mirror(NodeContext node)
    {
        var value = node.Input(0);
        var pairs = node.ConstantIntegers(1, "paddings");
        RequirePairs(node, pairs);
        var skip = node.Text("mode", "") switch
        {
            "REFLECT" => 1,
            "SYMMETRIC" => 0,
            var other => throw node.Fail($"has mode \"{other}\", which is not supported"),
        };
        for (var axis = 0; axis < pairs.Length / 2; axis++)
        {
            var (before, after) = (pairs[2 * axis], pairs[(2 * axis) + 1]);
            if (value.Shape is { } shape && shape[axis] is >= 0 and var size && Math.Max(before, after) > size - skip)
            {
                throw node.Fail($"mirrors {Math.Max(before, after)} elements of a dimension of {size}");
            }

            var parts = new List<GraphValue>();
            if (before > 0)
            {
                parts.Add(Back(value, before - 1 + skip, skip == 0 ? long.MinValue : 0, axis));
            }

            parts.Add(value);
            if (after > 0)
            {
                parts.Add(Back(value, -1 - skip, -1 - skip - after, axis));
            }

            value = Layout.Concat(node, [.. parts], axis);
        }

        return value;

        GraphValue Back(GraphValue from, long start, long end, int axis) =>
            Layout.Slice(node, from, node.Vector(start), node.Vector(end), [axis], [-1]);
    }
}
