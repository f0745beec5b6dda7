namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>What makes one tensor of several, and the reverse.</summary>
internal static class JoinOperators
{
    private const int MostParts = 4096;

    public static void Register(OperatorTable table)
    {
        table.Add("ConcatV2", node => Concat(node, node.Inputs.Count - 1, [.. node.Inputs.SkipLast(1)]));
        table.Add("Concat", node => Concat(node, 0, [.. node.Inputs.Skip(1)]));
        table.Add("Pack", Pack);
        table.AddMany("Unpack", Unpack);
        table.AddMany("Split", node => Split(node, 0, 1));
        table.AddMany("SplitV", SplitSizes, "sizes have to be constant");
    }

    private static GraphValue Concat(NodeContext node, int axisInput, GraphValue[] values)
    {
        var axis = node.ConstantInteger(axisInput, "axis");
        if (values.Length == 0)
        {
            throw node.Fail("joins no values");
        }

        return values.FirstOrDefault(v => v.Rank is not null)?.Rank is { } rank
            ? Layout.Concat(node, values, node.Axis(axis, rank))
            : node.Add("Concat", values, values[0].Type, OnnxAttribute.Int("axis", axis));
    }

    private static GraphValue Pack(NodeContext node)
    {
        GraphValue[] values = [.. node.Inputs];
        if (values.Length == 0)
        {
            throw node.Fail("joins no values");
        }

        var rank = node.Rank(values.FirstOrDefault(v => v.Rank is not null, values[0]));
        var axis = node.Axis(node.Int("axis", 0), rank + 1);
        return Layout.Concat(node, Array.ConvertAll(values, v => Layout.Unsqueeze(node, v, axis)), axis);
    }

    private static IReadOnlyList<GraphValue> Unpack(NodeContext node)
    {
        var value = node.Input(0);
        var rank = node.Rank(value);
        var axis = node.Axis(node.Int("axis", 0), rank);
        var parts = Parts(node, node.Int("num", value.Shape![axis]));
        var split = parts == 1 ? [value] : Layout.Split(node, value, axis, parts, [.. Enumerable.Repeat(1L, parts)]);
        // The size of a batch is one number of a vector otherwise known.
        return value is { Rank: 1, Elements: { } elements } && elements.Count == parts
            ? [.. split.Select((part, i) => elements[i] is { } known ? Number(node, value.Type, known) : Layout.Squeeze(node, part, [axis]))]
            : [.. split.Select(part => Layout.Squeeze(node, part, [axis]))];
    }

    private static GraphValue Number(NodeContext node, DType type, long value) => node.AddConstant(Constant.OfIntegers(type, [value], []));

    private static IReadOnlyList<GraphValue> Split(NodeContext node, int axisInput, int valueInput)
    {
        var value = node.Input(valueInput);
        var axis = node.Axis(node.ConstantInteger(axisInput, "axis"), node.Rank(value));
        var parts = Parts(node, node.Int("num_split", 1));
        var size = value.Shape![axis];
        if (size >= 0 && size % parts != 0)
        {
            throw node.Fail($"splits {size} into {parts} parts");
        }

        return parts == 1 ? [value]
            : Layout.Split(node, value, axis, parts, size >= 0 ? [.. Enumerable.Repeat(size / parts, parts)] : null);
    }

    private static IReadOnlyList<GraphValue> SplitSizes(NodeContext node)
    {
        var value = node.Input(0);
        var sizes = node.ConstantIntegers(1, "sizes");
        var axis = node.Axis(node.ConstantInteger(2, "axis"), node.Rank(value));
        _ = Parts(node, sizes.Length);
        if (sizes.Any(s => s < -1) || sizes.Count(s => s == -1) > 1)
        {
            throw node.Fail($"has sizes {Shapes.Format(sizes)}");
        }

        var open = Array.IndexOf(sizes, -1);
        var whole = value.Shape![axis];
        if (open >= 0 && whole >= 0)
        {
            sizes[open] = whole - sizes.Where(s => s >= 0).Sum();
            open = sizes[open] >= 0 ? -1 : throw node.Fail($"splits {whole} into more");
        }

        return sizes.Length == 1 ? [value]
            : open < 0 ? Layout.Split(node, value, axis, sizes.Length, sizes)
            : Cut(node, value, sizes, open, axis);
    }

    // What is left over is between two parts counted from either end.
    private static List<GraphValue> Cut(NodeContext node, GraphValue value, long[] sizes, int open, int axis)
    {
        var parts = new List<GraphValue>();
        for (var i = 0; i < sizes.Length; i++)
        {
            var (here, rest) = (sizes[i..].Sum(), sizes[(i + 1)..].Sum());
            var start = i <= open ? sizes[..i].Sum() : here == 0 ? long.MaxValue : -here;
            var end = i < open ? start + sizes[i] : rest == 0 ? long.MaxValue : -rest;
            parts.Add(Layout.Slice(node, value, node.Vector(start), node.Vector(end), [axis], [1]));
        }

        return parts;
    }

    private static int Parts(NodeContext node, long count) =>
        count is >= 1 and <= MostParts ? (int)count : throw node.Fail($"makes {count} parts; 1 to {MostParts} are supported");
}
