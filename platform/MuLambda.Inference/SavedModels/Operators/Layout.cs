namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>
/// TensorFlow's images are NHWC mostly, ONNX's are NCHW. Convolutions and pools stand between two transposes; everything here works in
/// front of the second one, so that it meets the next convolution's first one and both vanish. It serves other transposes as well.
/// </summary>
internal static class Layout
{
    /// <summary>Computes element by element, before a pending transpose where the operands allow.</summary>
    public static GraphValue Elementwise(NodeContext node, GraphValue[] operands, Func<GraphValue[], GraphValue> compute)
    {
        if (Shared(node, operands) is not { } shared)
        {
            return compute(operands);
        }

        var inverse = Permutation.Invert(shared);
        var moved = Array.ConvertAll(operands, operand => Align(node, operand, shared.Length, inverse));
        return node.Graph.Transpose(compute(moved), node.Name + "/transpose", shared);
    }

    /// <summary>Joins values along an axis.</summary>
    public static GraphValue Concat(NodeContext node, GraphValue[] values, int axis)
    {
        if (values is [var only])
        {
            return only;
        }

        if (Shared(node, values) is { } shared && values.All(v => v.Rank == shared.Length))
        {
            var inverse = Permutation.Invert(shared);
            var moved = Array.ConvertAll(values, value => Align(node, value, shared.Length, inverse));
            return node.Graph.Transpose(Join(moved, shared[axis]), node.Name + "/transpose", shared);
        }

        return Join(values, axis);

        GraphValue Join(GraphValue[] parts, int along) => node.Add("Concat", parts, parts[0].Type, OnnxAttribute.Int("axis", along));
    }

    /// <summary>Splits a value along an axis.</summary>
    public static IReadOnlyList<GraphValue> Split(NodeContext node, GraphValue value, int axis, int parts, long[]? sizes)
    {
        var pending = node.Graph.TryGetTransposed(value, out var source, out var permutation);
        var types = Enumerable.Repeat(value.Type, parts).ToArray();
        var along = OnnxAttribute.Int("axis", pending ? permutation[axis] : axis);
        var results = sizes is not null
            ? node.Graph.AddMany("Split", node.Name, [source, node.Vector(sizes)], types, along)
            : node.Graph.AddMany("Split", node.Name, [source], types, along, OnnxAttribute.Int("num_outputs", parts));
        return pending ? [.. results.Select(r => node.Graph.Transpose(r, node.Name + "/transpose", permutation))] : results;
    }

    /// <summary>Drops dimensions of one.</summary>
    public static GraphValue Squeeze(NodeContext node, GraphValue value, IReadOnlyCollection<int> axes)
    {
        if (axes.Count == 0)
        {
            return value;
        }

        return node.Graph.TryGetTransposed(value, out var source, out var permutation)
            ? node.Graph.Transpose(
                Drop(source, axes.Select(a => (long)permutation[a])), node.Name + "/transpose", Permutation.Without(permutation, axes))
            : Drop(value, axes.Select(a => (long)a));

        GraphValue Drop(GraphValue from, IEnumerable<long> which) => node.Add("Squeeze", [from, node.Vector([.. which.Order()])], from.Type);
    }

    /// <summary>Adds dimensions of one, at positions of the result.</summary>
    public static GraphValue Unsqueeze(NodeContext node, GraphValue value, params IReadOnlyCollection<int> axes)
    {
        if (axes.Count == 0)
        {
            return value;
        }

        if (!node.Graph.TryGetTransposed(value, out var source, out var permutation))
        {
            return node.Add("Unsqueeze", [value, node.Vector([.. axes.Select(a => (long)a).Order()])], value.Type);
        }

        // The new dimensions go last in the source, and where they belong by the transpose.
        var rank = permutation.Length;
        var added = node.Add("Unsqueeze", [source, node.Vector([.. Enumerable.Range(rank, axes.Count).Select(a => (long)a)])], source.Type);
        var (old, next) = (new Queue<int>(permutation), rank);
        int[] moved = [.. Enumerable.Range(0, rank + axes.Count).Select(i => axes.Contains(i) ? next++ : old.Dequeue())];
        return node.Graph.Transpose(added, node.Name + "/transpose", moved);
    }

    /// <summary>Takes part of some dimensions.</summary>
    public static GraphValue Slice(NodeContext node, GraphValue value, GraphValue starts, GraphValue ends, int[] axes, long[] steps)
    {
        if (axes.Length == 0)
        {
            return value;
        }

        return node.Graph.TryGetTransposed(value, out var source, out var permutation)
            ? node.Graph.Transpose(Cut(source, axes.Select(a => (long)permutation[a])), node.Name + "/transpose", permutation)
            : Cut(value, axes.Select(a => (long)a));

        GraphValue Cut(GraphValue from, IEnumerable<long> along) =>
            node.Add("Slice", [from, starts, ends, node.Vector([.. along]), node.Vector(steps)], from.Type);
    }

    /// <summary>What is computed along some axes, which stay or go.</summary>
    public static GraphValue Along(NodeContext node, GraphValue value, int[] axes, bool keep, Func<GraphValue, int[], GraphValue> compute)
    {
        if (!node.Graph.TryGetTransposed(value, out var source, out var permutation))
        {
            return compute(value, axes);
        }

        var result = compute(source, Array.ConvertAll(axes, a => permutation[a]));
        return node.Graph.Transpose(result, node.Name + "/transpose", keep ? permutation : Permutation.Without(permutation, axes));
    }

    /// <summary>A value of images, channels first.</summary>
    public static GraphValue ToChannelsFirst(NodeContext node, GraphValue value, int rank = 4) =>
        node.Graph.Transpose(value, node.Name + "/nchw", [0, rank - 1, .. Enumerable.Range(1, rank - 2)]);

    /// <summary>The reverse.</summary>
    public static GraphValue ToChannelsLast(NodeContext node, GraphValue value, int rank = 4) =>
        node.Graph.Transpose(value, node.Name + "/nhwc", [0, .. Enumerable.Range(2, rank - 2), 1]);

    // The order of the operands' pending transpose; null where there is none or an operand cannot follow.
    private static int[]? Shared(NodeContext node, GraphValue[] operands)
    {
        int[]? shared = null;
        foreach (var operand in operands)
        {
            if (node.Graph.TryGetTransposed(operand, out _, out var permutation) && permutation.Length > (shared?.Length ?? 0))
            {
                shared = permutation;
            }
        }

        return shared is not null && operands.All(o => o.Rank <= shared.Length) ? shared : null;
    }

    private static GraphValue Align(NodeContext node, GraphValue operand, int rank, int[] inverse)
    {
        var missing = rank - operand.Rank!.Value;
        if (missing > 0 && operand.Shape!.All(d => d == 1))
        {
            return operand;
        }

        var whole = missing == 0 ? operand : Unsqueeze(node, operand, [.. Enumerable.Range(0, missing)]);
        return node.Graph.Transpose(whole, node.Name + "/aligned", inverse);
    }
}
