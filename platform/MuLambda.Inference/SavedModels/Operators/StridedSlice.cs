namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>
/// Python's indexing: begin, end and stride for some dimensions, and bits that say which of them are left out, stand for several
/// dimensions, drop a dimension or add one.
/// </summary>
internal sealed class StridedSlice
{
    private readonly NodeContext node;
    private readonly long[] strides;
    private readonly long beginMask;
    private readonly long endMask;
    private readonly List<int> axes = [];
    private readonly List<GraphValue> starts = [];
    private readonly List<GraphValue> ends = [];
    private readonly List<long> steps = [];
    private readonly List<int> dropped = [];
    private readonly List<int> added = [];

    public StridedSlice(NodeContext node)
    {
        this.node = node;
        strides = node.ConstantIntegers(3, "strides");
        beginMask = node.Int("begin_mask", 0);
        endMask = node.Int("end_mask", 0);
        if (strides.Contains(0) || strides.Length > 32)
        {
            throw node.Fail($"has strides {Shapes.Format(strides)}");
        }
    }

    public GraphValue Translate()
    {
        var value = node.Input(0);
        ReadSpecification(value);
        var cut = axes.Count == 0 ? value : Layout.Slice(node, value, Join(starts), Join(ends), [.. axes], [.. steps]);
        return Layout.Unsqueeze(node, Layout.Squeeze(node, cut, dropped), added);
    }

    private void ReadSpecification(GraphValue value)
    {
        var (ellipsis, newAxis, shrink) = (node.Int("ellipsis_mask", 0), node.Int("new_axis_mask", 0), node.Int("shrink_axis_mask", 0));
        if (long.PopCount(ellipsis) > 1)
        {
            throw node.Fail("has more than one ellipsis");
        }

        var axis = 0;
        // The dimensions of the result so far.
        var result = 0;
        for (var i = 0; i < strides.Length; i++)
        {
            var bit = 1L << i;
            if ((ellipsis & bit) != 0)
            {
                var consuming = Enumerable.Range(i + 1, strides.Length - i - 1).Count(j => (newAxis & (1L << j)) == 0);
                var skipped = node.Rank(value) - axis - consuming;
                if (skipped < 0)
                {
                    throw node.Fail($"takes more dimensions than the {value.Rank} of {value.Name}");
                }

                axis += skipped;
                result += skipped;
                continue;
            }

            if ((newAxis & bit) != 0)
            {
                added.Add(result++);
                continue;
            }

            if (value.Rank is { } rank && axis >= rank)
            {
                throw node.Fail($"takes more dimensions than the {rank} of {value.Name}");
            }

            if ((shrink & bit) != 0)
            {
                TakeOne(value, i, axis);
                dropped.Add(axis++);
                continue;
            }

            TakeMany(value, i, axis++);
            result++;
        }
    }

    private void TakeOne(GraphValue value, int i, int axis)
    {
        var begin = Element(1, i);
        if (begin.Elements?[0] is { } at)
        {
            if (value.Shape is { } shape && shape[axis] is >= 0 and var size && (at < -size || at >= size))
            {
                throw node.Fail($"takes element {at} of {size}");
            }

            Cut(axis, begin, node.Vector(at == -1 ? long.MaxValue : at + 1), 1);
            return;
        }

        var one = node.Add("Add", [begin, node.Vector(1)], DType.Int64);
        // The last element ends where the dimension does, not at 0.
        var last = node.Add("Equal", [begin, node.Vector(-1)], DType.Bool);
        Cut(axis, begin, node.Add("Where", [last, node.Vector(long.MaxValue), one], DType.Int64), 1);
    }

    private void TakeMany(GraphValue value, int i, int axis)
    {
        var step = strides[i];
        var (noBegin, noEnd) = ((beginMask & (1L << i)) != 0, (endMask & (1L << i)) != 0);
        if (noBegin && noEnd && step == 1)
        {
            return;
        }

        var begin = noBegin ? node.Vector(step > 0 ? 0 : long.MaxValue) : Element(1, i);
        var end = noEnd ? node.Vector(step > 0 ? long.MaxValue : long.MinValue) : Element(2, i);
        if (step < 0 && begin.Elements?[0] is { } from && value.Shape is { } shape && from < -shape[axis] && shape[axis] >= 0)
        {
            // Before the first there is nothing to go back to; the runtime would begin at the first.
            Cut(axis, node.Vector(0), node.Vector(0), 1);
            return;
        }

        Cut(axis, begin, end, step);
    }

    private void Cut(int axis, GraphValue start, GraphValue end, long step)
    {
        axes.Add(axis);
        starts.Add(start);
        ends.Add(end);
        steps.Add(step);
    }

    // One number of begin or end, as a vector of int64.
    private GraphValue Element(int input, int i)
    {
        var vector = node.Input(input);
        var elements = vector.Elements ?? [.. (node.KnownIntegers(input) ?? []).Select(k => (long?)k)];
        if (elements.Count > 0 && elements.Count != strides.Length)
        {
            throw node.Fail($"has {elements.Count} numbers beside {strides.Length} strides");
        }

        return elements.Count > 0 && elements[i] is { } number
            ? node.Vector(number)
            : Layout.Slice(node, node.Cast(vector, DType.Int64), node.Vector(i), node.Vector(i + 1), [0], [1]);
    }

    private GraphValue Join(List<GraphValue> parts) =>
        parts is [var only] ? only : node.Add("Concat", parts, DType.Int64, OnnxAttribute.Int("axis", 0));
}
