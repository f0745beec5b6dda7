namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>
/// TensorFlow's images are NHWC mostly, ONNX's are NCHW. Convolutions and pools stand between two transposes; what works element by
/// element moves in front of the second one, so that it meets the next convolution's first one and both vanish.
/// </summary>
internal static class Layout
{
    /// <summary>Computes element by element, before a pending transpose where the operands allow.</summary>
    public static GraphValue Elementwise(NodeContext node, GraphValue[] operands, Func<GraphValue[], GraphValue> compute)
    {
        int[]? shared = null;
        var moved = new GraphValue[operands.Length];
        for (var i = 0; i < operands.Length; i++)
        {
            if (node.Graph.TryGetTransposed(operands[i], out moved[i], out var permutation))
            {
                if (shared is not null && !shared.AsSpan().SequenceEqual(permutation))
                {
                    return compute(operands);
                }

                shared = permutation;
            }
        }

        if (shared is null)
        {
            return compute(operands);
        }

        foreach (var operand in operands)
        {
            if (!node.Graph.TryGetTransposed(operand, out _, out _) && !IsSingle(operand, shared.Length))
            {
                return compute(operands);
            }
        }

        return node.Graph.Transpose(compute(moved), node.Name + "/transpose", shared);
    }

    public static GraphValue ToChannelsFirst(NodeContext node, GraphValue value) =>
        node.Graph.Transpose(value, node.Name + "/nchw", 0, 3, 1, 2);

    public static GraphValue ToChannelsLast(NodeContext node, GraphValue value) =>
        node.Graph.Transpose(value, node.Name + "/nhwc", 0, 2, 3, 1);

    private static bool IsSingle(GraphValue value, int rank) =>
        value.Constant is { } constant && constant.Shape.Length <= rank && constant.Shape.All(size => size == 1);
}
