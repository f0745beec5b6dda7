namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>What adds a border.</summary>
internal static class PadOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("Pad", node => Pad(node, value: null));
        table.Add("PadV2", node => Pad(node, node.Input(2)));
    }

    private static GraphValue Pad(NodeContext node, GraphValue? value)
    {
        var (input, paddings) = (node.Input(0), node.Input(1));
        if (paddings.Constant is not { } constant)
        {
            return Add(node, input, Rearrange(node, paddings), value);
        }

        var pairs = node.ConstantIntegers(1, "paddings");
        if (constant.Shape is not [var rank, 2])
        {
            throw node.Fail($"has paddings of shape {Shapes.Format(constant.Shape)}, not [rank,2]");
        }

        if (pairs.Any(p => p < 0))
        {
            throw node.Fail("has a negative padding");
        }

        if (node.Graph.TryGetTransposed(input, out var source, out var permutation) && permutation.Length == rank)
        {
            var moved = Add(node, source, Pads(node, pairs, axis => Array.IndexOf(permutation, axis)), value);
            return node.Graph.Transpose(moved, node.Name + "/transpose", permutation);
        }

        return Add(node, input, Pads(node, pairs, axis => axis), value);
    }

    private static GraphValue Add(NodeContext node, GraphValue input, GraphValue pads, GraphValue? value) =>
        node.Add("Pad", value is null ? [input, pads] : [input, pads, value], input.Type, input.Rank, OnnxAttribute.Text("mode", "constant"));

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

        return node.AddConstant(Constant.Of(pads));
    }

    private static GraphValue Rearrange(NodeContext node, GraphValue paddings)
    {
        var turned = node.Graph.Transpose(node.Cast(paddings, DType.Int64), node.Name + "/paddings", 1, 0);
        return node.Graph.Add("Reshape", node.Name + "/pads", [turned, node.AddConstant(Constant.Of(-1))], DType.Int64, 1);
    }
}
