using MuLambda.Inference.Onnx.Proto;

namespace MuLambda.Inference.SavedModels.Folding;

/// <summary>
/// Arithmetic on small integer tensors of which some elements may be unknown: how models compute shapes. The size of the batch stays
/// unknown; what is beside it becomes known.
/// </summary>
internal static class IntegerFolding
{
    private const int MostElements = 1024;

    /// <summary>The elements of a node's only output; null where nothing is known.</summary>
    public static IReadOnlyList<long?>? Fold(NodeProto node, IReadOnlyList<GraphValue?> inputs, DType type)
    {
        if (type is not (DType.Int32 or DType.Int64))
        {
            return null;
        }

        var result = Compute(node, inputs);
        return result is null || result.Count > MostElements ? null
            : type == DType.Int32 ? [.. result.Select(e => e is { } known ? unchecked((int)known) : (long?)null)]
            : result;
    }

    /// <summary>The elements of an operand, where all are known.</summary>
    public static IReadOnlyList<long>? Whole(GraphValue? value) =>
        value?.Elements is { } elements && elements.All(e => e is not null) ? [.. elements.Select(e => e!.Value)]
        : value?.Constant?.AsIntegers();

    /// <summary>The positions a slice takes from a dimension.</summary>
    public static IReadOnlyList<long> Picks(long size, long start, long end, long step)
    {
        start = start < 0 ? start + size : start;
        end = end < -size ? -1 : end < 0 ? end + size : end;
        (start, end) = step > 0
            ? (Math.Clamp(start, 0, size), Math.Clamp(end, 0, size))
            : (Math.Clamp(start, Math.Min(0, size - 1), size - 1), Math.Clamp(end, -1, Math.Max(size - 1, -1)));
        var count = step == 0 || size == 0 ? 0 : Math.Max(0, (end - start + step - Math.Sign(step)) / step);
        return new Progression(start, step, (int)Math.Min(count, int.MaxValue));
    }

    /// <summary>How many numbers a range has.</summary>
    public static long? RangeLength(IReadOnlyList<GraphValue?> inputs) =>
        inputs.Select(Whole).ToArray() is [[var start], [var limit], [not 0 and var delta]]
            ? Math.Max(0, (limit - start + delta - Math.Sign(delta)) / delta)
            : null;

    private static IReadOnlyList<long?>? Compute(NodeProto node, IReadOnlyList<GraphValue?> inputs)
    {
        if (node.OpType == "Shape")
        {
            return inputs[0]!.Shape?.Select(d => d >= 0 ? d : (long?)null).ToArray();
        }

        if (node.OpType == "Size")
        {
            return inputs[0]!.IsStatic ? [Tensor.CountElements([.. inputs[0]!.Shape!])] : null;
        }

        if (node.OpType == "Range")
        {
            return RangeLength(inputs) is <= MostElements and var count && inputs.Select(Whole).ToArray() is [[var start], _, [var delta]]
                ? [.. Enumerable.Range(0, (int)count).Select(i => (long?)(start + (i * delta)))]
                : null;
        }

        if (node.OpType == "Concat")
        {
            return inputs.All(i => i!.Rank == 1 && i.Shape![0] is >= 0 and <= MostElements)
                && inputs.Any(i => i!.Elements is not null)
                ? [.. inputs.SelectMany(i => i!.Elements ?? Enumerable.Repeat((long?)null, (int)i.Shape![0]))]
                : null;
        }

        return Binary(node.OpType) is { } op ? Combine(op, inputs)
            : inputs[0]!.Elements is { } elements ? Compute(node, inputs, elements)
            : null;
    }

    private static IReadOnlyList<long?>? Compute(NodeProto node, IReadOnlyList<GraphValue?> inputs, IReadOnlyList<long?> elements)
    {
        var rank = inputs[0]!.Rank;
        switch (node.OpType)
        {
            case "Identity" or "Reshape" or "Squeeze" or "Unsqueeze":
                return elements;
            case "Cast":
                return inputs[0]!.Type is DType.Int32 or DType.Int64 ? elements : null;
            case "Neg":
                return [.. elements.Select(e => unchecked(-e))];
            case "Gather" when rank == 1 && Whole(inputs[1]) is { } indices:
                return indices.All(i => i >= -elements.Count && i < elements.Count)
                    ? [.. indices.Select(i => elements[(int)(i < 0 ? i + elements.Count : i)])]
                    : null;
            case "Slice" when rank == 1 && inputs.Count > 4 && Whole(inputs[1]) is [var start] && Whole(inputs[2]) is [var end] && Whole(inputs[4]) is [var step]:
                return [.. Picks(elements.Count, start, end, step).Select(i => elements[(int)i])];
            case "ReduceProd" when rank <= 1:
                return elements.All(e => e is not null) ? [elements.Aggregate(1L, (a, b) => unchecked(a * b!.Value))] : null;
            case "ReduceSum" when rank <= 1:
                return elements.All(e => e is not null) ? [elements.Aggregate(0L, (a, b) => unchecked(a + b!.Value))] : null;
            case "ReduceMax" when rank <= 1 && elements.Count > 0:
                return elements.All(e => e is not null) ? [elements.Max()] : null;
            case "ReduceMin" when rank <= 1 && elements.Count > 0:
                return elements.All(e => e is not null) ? [elements.Min()] : null;
            case "Expand" when Whole(inputs[1]) is [<= MostElements and >= 0 and var count] && elements.Count == 1 && rank <= 1:
                return [.. Enumerable.Repeat(elements[0], (int)count)];
            case "Tile" when rank == 1 && Whole(inputs[1]) is [<= MostElements and >= 0 and var times]:
                return [.. Enumerable.Range(0, (int)times).SelectMany(_ => elements)];
            default:
                return null;
        }
    }

    private static IReadOnlyList<long?>? Combine(Func<long, long, long?> op, IReadOnlyList<GraphValue?> inputs)
    {
        if (inputs is not [{ Rank: <= 1, Elements: { } left }, { Rank: <= 1, Elements: { } right }]
            || (left.Count != right.Count && left.Count != 1 && right.Count != 1))
        {
            return null;
        }

        return [.. Enumerable.Range(0, left.Count == 1 ? right.Count : left.Count).Select(i =>
            left[left.Count == 1 ? 0 : i] is { } a && right[right.Count == 1 ? 0 : i] is { } b ? op(a, b) : null)];
    }

    private static Func<long, long, long?>? Binary(string op) => op switch
    {
        "Add" => (a, b) => unchecked(a + b),
        "Sub" => (a, b) => unchecked(a - b),
        "Mul" => (a, b) => unchecked(a * b),
        "Div" => (a, b) => b is 0 or -1 ? null : a / b,
        "Mod" => (a, b) => b is 0 or -1 ? null : ((a % b) + b) % b,
        "Max" => (a, b) => Math.Max(a, b),
        "Min" => (a, b) => Math.Min(a, b),
        _ => null,
    };

    // Positions at equal distances, counted without being stored: a dimension is as large as the file says.
    private sealed class Progression(long start, long step, int count) : IReadOnlyList<long>
    {
        public int Count => count;

        public long this[int index] => start + (index * step);

        public IEnumerator<long> GetEnumerator() => Enumerable.Range(0, count).Select(i => this[i]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
