using MuLambda.Inference.Onnx.Proto;

namespace MuLambda.Inference.SavedModels.Folding;

/// <summary>
/// The shapes of a node's outputs, as far as they follow from its inputs: -1 for a dimension that is not known, null where not even
/// the rank is. Rules know the operators that translations use; of another nothing is known, which is always right.
/// </summary>
internal static class ShapeRules
{
    private delegate IReadOnlyList<long>? Rule(NodeProto node, IReadOnlyList<GraphValue?> inputs);

    private static readonly Dictionary<string, Rule> Rules = Table();

    public static IReadOnlyList<long>?[] Infer(NodeProto node, IReadOnlyList<GraphValue?> inputs, int outputs)
    {
        if (node.OpType == "Split")
        {
            return SplitInto(node, inputs, outputs);
        }

        var shape = Rules.TryGetValue(node.OpType, out var rule) ? rule(node, inputs) : null;
        return [.. Enumerable.Repeat(shape, node.OpType is "TopK" ? outputs : 1).Concat(Enumerable.Repeat<IReadOnlyList<long>?>(null, outputs)).Take(outputs)];
    }

    /// <summary>What shapes become when they are broadcast together.</summary>
    public static IReadOnlyList<long>? Broadcast(params IEnumerable<IReadOnlyList<long>?> shapes)
    {
        long[]? result = null;
        foreach (var shape in shapes)
        {
            if (shape is null)
            {
                return null;
            }

            result = result is null ? [.. shape] : Broadcast(result, shape);
        }

        return result;
    }

    private static long[] Broadcast(long[] left, IReadOnlyList<long> right)
    {
        var result = new long[Math.Max(left.Length, right.Count)];
        for (var i = 1; i <= result.Length; i++)
        {
            var a = i <= left.Length ? left[^i] : 1;
            var b = i <= right.Count ? right[^i] : 1;
            result[^i] = a == 1 ? b : b == 1 ? a : a < 0 ? b : a;
        }

        return result;
    }

    private static Dictionary<string, Rule> Table()
    {
        var table = new Dictionary<string, Rule>(StringComparer.Ordinal);
        Add(
            (_, inputs) => inputs[0]!.Shape,
            "Identity", "Cast", "Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Softplus", "Softsign", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Clip",
            "CumSum", "BatchNormalization", "LRN", "ScatterND", "Exp", "Log", "Sqrt", "Floor", "Ceil", "Round", "Reciprocal", "Neg", "Abs", "Sign", "Erf",
            "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Not", "IsNaN", "IsInf", "BitwiseNot");
        Add(
            (_, inputs) => Broadcast(inputs.Select(i => i!.Shape)),
            "Add", "Sub", "Mul", "Div", "Pow", "Mod", "Min", "Max", "Sum", "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor",
            "Where", "BitwiseAnd", "BitwiseOr", "BitwiseXor");
        Add(Reduced, "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL2", "ReduceLogSumExp");
        Add((node, inputs) => Without(inputs[0]!.Shape, [node.Int("axis", 0)], node.Int("keepdims", 1) != 0), "ArgMax", "ArgMin");
        Add((_, inputs) => [inputs[0]!.Rank ?? -1], "Shape");
        Add((_, _) => [], "Size");
        Add((_, inputs) => [inputs[0]!.Rank ?? -1, -1], "NonZero");
        Add((_, inputs) => [IntegerFolding.RangeLength(inputs) ?? -1], "Range");
        Add((node, inputs) => WindowShapes.Convolution(node, inputs[0]!.Shape, inputs[1]!.Shape), "Conv");
        Add((node, inputs) => WindowShapes.Transposed(node, inputs[0]!.Shape, inputs[1]!.Shape), "ConvTranspose");
        Add((node, inputs) => WindowShapes.Pool(node, inputs[0]!.Shape), "MaxPool", "AveragePool");
        Add(MoveRules.Transpose, "Transpose");
        Add(MoveRules.Reshape, "Reshape");
        Add(MoveRules.Squeeze, "Squeeze");
        Add(MoveRules.Unsqueeze, "Unsqueeze");
        Add(MoveRules.Concat, "Concat");
        Add(MoveRules.Slice, "Slice");
        Add(MoveRules.Gather, "Gather");
        Add(MoveRules.GatherND, "GatherND");
        Add(MoveRules.Expand, "Expand");
        Add(MoveRules.Tile, "Tile");
        Add(MoveRules.Pad, "Pad");
        Add(MoveRules.Resize, "Resize");
        Add((node, inputs) => MoveRules.Blocks(inputs[0]!.Shape, node.Int("blocksize", 1), toSpace: true), "DepthToSpace");
        Add((node, inputs) => MoveRules.Blocks(inputs[0]!.Shape, node.Int("blocksize", 1), toSpace: false), "SpaceToDepth");
        Add(TopK, "TopK");
        Add(MatMul, "MatMul");
        return table;

        void Add(Rule rule, params string[] operators)
        {
            foreach (var op in operators)
            {
                table.Add(op, rule);
            }
        }
    }

    private static IReadOnlyList<long>? Reduced(NodeProto node, IReadOnlyList<GraphValue?> inputs)
    {
        var keep = node.Int("keepdims", 1) != 0;
        return IntegerFolding.Whole(inputs.ElementAtOrDefault(1)) is { } axes ? Without(inputs[0]!.Shape, axes, keep)
            : keep ? inputs[0]!.Shape?.Select(_ => -1L).ToArray()
            : null;
    }

    private static long[]? Without(IReadOnlyList<long>? shape, IReadOnlyList<long> axes, bool keep)
    {
        if (shape is null || axes.Any(a => a < -shape.Count || a >= shape.Count))
        {
            return null;
        }

        var dropped = axes.Select(a => a < 0 ? a + shape.Count : a).ToHashSet();
        return keep ? [.. shape.Select((d, i) => dropped.Contains(i) ? 1 : d)] : [.. shape.Where((_, i) => !dropped.Contains(i))];
    }

    private static long[]? TopK(NodeProto node, IReadOnlyList<GraphValue?> inputs)
    {
        if (inputs[0]!.Shape is not { Count: > 0 } shape)
        {
            return null;
        }

        long[] result = [.. shape];
        result[(int)((node.Int("axis", -1) + shape.Count) % shape.Count)] = inputs[1]!.Elements?[0] ?? -1;
        return result;
    }

    private static long[]? MatMul(NodeProto node, IReadOnlyList<GraphValue?> inputs)
    {
        if (inputs[0]!.Shape is not { Count: >= 2 } left || inputs[1]!.Shape is not { Count: >= 2 } right)
        {
            return null;
        }

        return [.. Broadcast([.. left.SkipLast(2)], [.. right.SkipLast(2)]), left[^2], right[^1]];
    }

    private static IReadOnlyList<long>?[] SplitInto(NodeProto node, IReadOnlyList<GraphValue?> inputs, int outputs)
    {
        if (inputs[0]!.Shape is not { Count: > 0 } shape)
        {
            return new IReadOnlyList<long>?[outputs];
        }

        var axis = (int)((node.Int("axis", 0) + shape.Count) % shape.Count);
        var sizes = IntegerFolding.Whole(inputs.ElementAtOrDefault(1));
        var results = new IReadOnlyList<long>?[outputs];
        for (var i = 0; i < outputs; i++)
        {
            long[] part = [.. shape];
            part[axis] = sizes is not null && sizes.Count == outputs ? sizes[i]
                : shape[axis] >= 0 && shape[axis] % outputs == 0 ? shape[axis] / outputs
                : -1;
            results[i] = part;
        }

        return results;
    }
}
