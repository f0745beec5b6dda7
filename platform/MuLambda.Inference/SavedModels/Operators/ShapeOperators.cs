namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>What moves elements about and changes none.</summary>
internal static class ShapeOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("Reshape", Reshape);
        table.Add("Squeeze", Squeeze);
        table.Add("ExpandDims", ExpandDims);
        table.Add("ConcatV2", Concat);
        table.Add("Transpose", Transpose);
    }

    private static GraphValue Reshape(NodeContext node)
    {
        var (value, shape) = (node.Input(0), node.Input(1));
        var rank = shape.Constant?.AsIntegers()?.Length;
        // A 0 is a size of 0 for TensorFlow, not "as before".
        return node.Add("Reshape", [value, node.Cast(shape, DType.Int64)], value.Type, rank, OnnxAttribute.Int("allowzero", 1));
    }

    private static GraphValue Squeeze(NodeContext node)
    {
        var value = node.Input(0);
        var axes = node.Ints("squeeze_dims");
        return axes.Length == 0
            ? node.Add("Squeeze", [value], value.Type, null)
            : node.Add("Squeeze", [value, node.AddConstant(Constant.Of(axes))], value.Type, value.Rank - axes.Distinct().Count());
    }

    private static GraphValue ExpandDims(NodeContext node)
    {
        var value = node.Input(0);
        var axis = node.ConstantInteger(1, "dim");
        return node.Add("Unsqueeze", [value, node.AddConstant(Constant.Of(axis))], value.Type, value.Rank + 1);
    }

    private static GraphValue Concat(NodeContext node)
    {
        var last = node.Inputs.Count - 1;
        var axis = node.ConstantInteger(last, "axis");
        var values = node.Inputs.Take(last).ToArray();
        return values.Length == 0
            ? throw node.Fail("joins no values")
            : node.Add("Concat", values, values[0].Type, values.Select(v => v.Rank).FirstOrDefault(r => r is not null), OnnxAttribute.Int("axis", axis));
    }

    private static GraphValue Transpose(NodeContext node)
    {
        var permutation = node.ConstantIntegers(1, "perm");
        return permutation.Order().SequenceEqual(Enumerable.Range(0, permutation.Length).Select(i => (long)i))
            ? node.Graph.Transpose(node.Input(0) with { Rank = permutation.Length }, node.Name, Array.ConvertAll(permutation, i => (int)i))
            : throw node.Fail($"has perm {Shapes.Format(permutation)}, which is no permutation");
    }
}
