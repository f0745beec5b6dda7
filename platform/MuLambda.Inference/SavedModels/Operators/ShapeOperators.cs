namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>What moves elements about and changes none, and what tells shapes.</summary>
internal static class ShapeOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("Reshape", Reshape);
        table.Add("Squeeze", Squeeze);
        table.Add("ExpandDims", ExpandDims);
        table.Add("Transpose", Transpose, "`perm` has to be constant");
        table.Add("Shape", node => ShapeOf(node, node.Input(0)));
        table.AddMany("ShapeN", node => [.. node.Inputs.Select(i => ShapeOf(node, i))]);
        table.Add("Size", node => node.Cast(node.Add("Size", [node.Input(0)], DType.Int64), node.Type("out_type", DType.Int32)));
        table.Add("Rank", Rank);
        table.Add("BroadcastArgs", BroadcastShapes, "of shapes of known lengths");
    }

    private static GraphValue Reshape(NodeContext node)
    {
        var value = node.Input(0);
        var shape = node.Cast(node.Input(1), DType.Int64);
        if (shape.Elements is null && node.KnownIntegers(1) is { } found)
        {
            shape = node.Vector(found);
        }
        else if (shape.Elements is { } elements && elements.Count(e => e is null) == 1 && elements.All(e => e is null or > 0))
        {
            // The one size that only a request knows follows from the others.
            shape = node.Vector([.. elements.Select(e => e ?? -1)]);
        }

        if (node.Graph.TryGetTransposed(value, out var source, out var permutation)
            && source.Shape is { } before && Permutation.KeepsOrder(permutation, before))
        {
            value = source;
        }

        // A 0 is a size of 0 for TensorFlow, not "as before".
        return node.Add("Reshape", [value, shape], value.Type, OnnxAttribute.Int("allowzero", 1));
    }

    private static GraphValue Squeeze(NodeContext node)
    {
        var value = node.Input(0);
        var axes = node.Ints("squeeze_dims");
        if (axes.Length > 0 && value.Rank is { } rank)
        {
            return Layout.Squeeze(node, value, [.. axes.Select(a => node.Axis(a, rank)).Distinct()]);
        }

        return axes.Length > 0 ? node.Add("Squeeze", [value, node.Vector(axes)], value.Type)
            : value.IsStatic ? Layout.Squeeze(node, value, [.. Enumerable.Range(0, value.Rank!.Value).Where(i => value.Shape![i] == 1)])
            : node.Add("Squeeze", [value], value.Type);
    }

    private static GraphValue ExpandDims(NodeContext node)
    {
        var value = node.Input(0);
        var axis = node.ConstantInteger(1, "dim");
        return value.Rank is { } rank
            ? Layout.Unsqueeze(node, value, node.Axis(axis, rank + 1))
            : node.Add("Unsqueeze", [value, node.Vector(axis)], value.Type);
    }

    private static GraphValue Transpose(NodeContext node)
    {
        var permutation = node.ConstantIntegers(1, "perm");
        return permutation.Order().SequenceEqual(Enumerable.Range(0, permutation.Length).Select(i => (long)i))
            ? node.Graph.Transpose(node.Input(0), node.Name, Array.ConvertAll(permutation, i => (int)i))
            : throw node.Fail($"has perm {Shapes.Format(permutation)}, which is no permutation");
    }

    private static GraphValue ShapeOf(NodeContext node, GraphValue value)
    {
        var type = node.Type("out_type", DType.Int32);
        if (value.IsStatic)
        {
            return node.AddConstant(Constant.OfIntegers(type, [.. value.Shape!], [value.Rank!.Value]));
        }

        // A value that waits to be transposed need not be, for its shape to be known.
        var shape = node.Graph.TryGetTransposed(value, out var source, out var permutation)
            ? node.Add("Gather", [node.Add("Shape", [source], DType.Int64), node.Vector([.. permutation.Select(axis => (long)axis)])], DType.Int64)
            : node.Add("Shape", [value], DType.Int64);
        return node.Cast(shape, type);
    }

    private static GraphValue Rank(NodeContext node)
    {
        if (node.Input(0).Rank is { } rank)
        {
            return node.Scalar(DType.Int32, rank);
        }

        var shape = node.Add("Shape", [node.Input(0)], DType.Int64);
        return node.Cast(node.Add("Size", [shape], DType.Int64), DType.Int32);
    }

    private static GraphValue BroadcastShapes(NodeContext node)
    {
        var (left, right) = (node.Input(0), node.Input(1));
        if (left.Shape is not [>= 0 and var a] || right.Shape is not [>= 0 and var b])
        {
            throw node.Fail("broadcasts shapes of unknown lengths");
        }

        var (longer, shorter) = a >= b ? (left, right) : (right, left);
        if (a == b)
        {
            return Larger(longer, shorter);
        }

        var ones = node.AddConstant(Constant.OfIntegers(left.Type, [.. Enumerable.Repeat(1L, (int)Math.Abs(a - b))], [Math.Abs(a - b)]));
        return Larger(longer, node.Add("Concat", [ones, shorter], left.Type, OnnxAttribute.Int("axis", 0)));

        // Sizes that go together are equal or one of them is 1; beside a 1 a 0 wins.
        GraphValue Larger(GraphValue x, GraphValue y) => node.Add(
            "Where", [node.Add("Equal", [x, node.AddConstant(Constant.OfIntegers(x.Type, [1], [1]))], DType.Bool), y, x], x.Type);
    }
}
