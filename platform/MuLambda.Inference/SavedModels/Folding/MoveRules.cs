using MuLambda.Inference.Onnx.Proto;

namespace MuLambda.Inference.SavedModels.Folding;

/// <summary>Shapes of what moves, joins, cuts and repeats elements.</summary>
internal static class MoveRules
{
    public static IReadOnlyList<long>? Transpose(NodeProto node, IReadOnlyList<GraphValue?> inputs)
    {
        var permutation = node.Ints("perm")!;
        return [.. permutation.Select(axis => inputs[0]!.Shape is { } shape ? shape[(int)axis] : -1)];
    }

    public static IReadOnlyList<long>? Reshape(NodeProto node, IReadOnlyList<GraphValue?> inputs)
    {
        if (inputs[1]!.Elements is not { } wanted)
        {
            return inputs[1]!.Shape is [>= 0 and < 64 and var rank] ? [.. Enumerable.Repeat(-1L, (int)rank)] : null;
        }

        long[] shape = [.. wanted.Select(e => e ?? -1)];
        var open = Array.IndexOf(shape, -1);
        if (open >= 0 && Array.LastIndexOf(shape, -1) == open && inputs[0]!.IsStatic)
        {
            var rest = shape.Where(d => d >= 0).Aggregate(1L, (a, b) => a * b);
            var count = Tensor.CountElements([.. inputs[0]!.Shape!]);
            if (rest > 0 && count % rest == 0)
            {
                shape[open] = count / rest;
            }
        }

        return shape;
    }

    public static IReadOnlyList<long>? Squeeze(NodeProto node, IReadOnlyList<GraphValue?> inputs)
    {
        if (inputs[0]!.Shape is not { } shape)
        {
            return null;
        }

        if (inputs.Count == 1)
        {
            return shape.All(d => d >= 0) ? [.. shape.Where(d => d != 1)] : null;
        }

        return IntegerFolding.Whole(inputs[1]) is { } axes
            ? [.. shape.Where((_, i) => !axes.Contains(i) && !axes.Contains(i - shape.Count))]
            : null;
    }

    public static IReadOnlyList<long>? Unsqueeze(NodeProto node, IReadOnlyList<GraphValue?> inputs)
    {
        if (inputs[0]!.Shape is not { } shape || IntegerFolding.Whole(inputs[1]) is not { } axes)
        {
            return null;
        }

        var rank = shape.Count + axes.Count;
        var added = axes.Select(a => a < 0 ? a + rank : a).ToHashSet();
        if (added.Count != axes.Count || added.Any(a => a < 0 || a >= rank))
        {
            return null;
        }

        var rest = new Queue<long>(shape);
        return [.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : rest.Dequeue())];
    }

    public static IReadOnlyList<long>? Concat(NodeProto node, IReadOnlyList<GraphValue?> inputs)
    {
        var shapes = inputs.Select(i => i!.Shape).Where(s => s is not null).ToArray();
        if (shapes is not [{ Count: > 0 } first, ..] || shapes.Any(s => s!.Count != first.Count))
        {
            return null;
        }

        var axis = (node.Int("axis", 0) + first.Count) % first.Count;
        return [.. first.Select((_, i) => i != axis ? shapes.Max(s => s![i])
            : shapes.Length < inputs.Count || shapes.Any(s => s![i] < 0) ? -1
            : shapes.Sum(s => s![i]))];
    }

    public static IReadOnlyList<long>? Slice(NodeProto node, IReadOnlyList<GraphValue?> inputs)
    {
        if (inputs[0]!.Shape is not { } shape)
        {
            return null;
        }

        var (starts, ends) = (inputs[1]!.Elements, inputs[2]!.Elements);
        var axes = inputs.Count > 3 ? IntegerFolding.Whole(inputs[3]) : null;
        var steps = inputs.Count > 4 ? IntegerFolding.Whole(inputs[4]) : null;
        long[] result = [.. shape];
        if (axes is null)
        {
            return [.. shape.Select(_ => -1L)];
        }

        for (var i = 0; i < axes.Count; i++)
        {
            var axis = (int)(axes[i] < 0 ? axes[i] + shape.Count : axes[i]);
            if (axis < 0 || axis >= shape.Count)
            {
                return null;
            }

            result[axis] = shape[axis] >= 0 && starts?[i] is { } start && ends?[i] is { } end
                ? IntegerFolding.Picks(shape[axis], start, end, steps?[i] ?? 1).Count
                : -1;
        }

        return result;
    }

    public static IReadOnlyList<long>? Gather(NodeProto node, IReadOnlyList<GraphValue?> inputs)
    {
        if (inputs[0]!.Shape is not { Count: > 0 } data || inputs[1]!.Shape is not { } indices)
        {
            return null;
        }

        var axis = (int)((node.Int("axis", 0) + data.Count) % data.Count);
        return [.. data.Take(axis), .. indices, .. data.Skip(axis + 1)];
    }

    public static IReadOnlyList<long>? GatherND(NodeProto node, IReadOnlyList<GraphValue?> inputs)
    {
        if (inputs[0]!.Shape is not { } data || inputs[1]!.Shape is not { Count: > 0 } indices || indices[^1] < 0)
        {
            return null;
        }

        return [.. indices.SkipLast(1), .. data.Skip((int)(node.Int("batch_dims", 0) + indices[^1]))];
    }

    public static IReadOnlyList<long>? Expand(NodeProto node, IReadOnlyList<GraphValue?> inputs) =>
        inputs[1]!.Elements is { } wanted ? ShapeRules.Broadcast(inputs[0]!.Shape, [.. wanted.Select(e => e ?? -1)]) : null;

    public static IReadOnlyList<long>? Tile(NodeProto node, IReadOnlyList<GraphValue?> inputs) =>
        inputs[0]!.Shape?.Select((d, i) => d >= 0 && inputs[1]!.Elements?[i] is { } times ? d * times : -1).ToArray();

    public static IReadOnlyList<long>? Pad(NodeProto node, IReadOnlyList<GraphValue?> inputs)
    {
        var (shape, pads) = (inputs[0]!.Shape, inputs[1]!.Elements);
        return shape?.Select((d, i) => d >= 0 && pads?[i] is { } before && pads[i + shape.Count] is { } after ? d + before + after : -1).ToArray();
    }

    public static IReadOnlyList<long>? Resize(NodeProto node, IReadOnlyList<GraphValue?> inputs)
    {
        if (inputs[0]!.Shape is not { } shape)
        {
            return null;
        }

        return inputs.Count == 4 ? [.. shape.Select((_, i) => inputs[3]!.Elements?[i] ?? -1)]
            : inputs[2]!.Constant?.AsFloats() is { } scales ? [.. shape.Select((d, i) => d < 0 ? -1 : (long)(d * scales[i]))]
            : [.. shape.Select(_ => -1L)];
    }

    public static IReadOnlyList<long>? Blocks(IReadOnlyList<long>? shape, long size, bool toSpace)
    {
        if (shape is not [var n, var c, var h, var w])
        {
            return null;
        }

        return toSpace
            ? [n, c < 0 ? -1 : c / (size * size), h < 0 ? -1 : h * size, w < 0 ? -1 : w * size]
            : [n, c < 0 ? -1 : c * size * size, h < 0 ? -1 : h / size, w < 0 ? -1 : w / size];
    }
}
