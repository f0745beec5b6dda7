namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>What takes a part of a tensor.</summary>
internal static class SliceOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("Slice", Slice);
        table.Add("StridedSlice", node => new StridedSlice(node).Translate(), "every mask; `strides` has to be constant; a negative stride that begins before the first element takes a known size");
        table.Add("ReverseV2", Reverse, "`axis` has to be constant");
    }

    private static GraphValue Slice(NodeContext node)
    {
        var value = node.Input(0);
        var rank = value.Rank ?? (node.Input(1).Shape is [>= 0 and var length] ? (int)length : throw node.Fail("slices a value of unknown rank"));
        int[] axes = [.. Enumerable.Range(0, rank)];
        long[] steps = [.. Enumerable.Repeat(1L, rank)];
        var starts = node.Cast(node.Input(1), DType.Int64);
        if (node.KnownIntegers(2) is { } sizes && sizes.Length == rank)
        {
            if (starts.Elements is { } first && first.All(e => e is not null))
            {
                // What is taken whole needs no cut.
                axes = [.. axes.Where(i => first[i] != 0 || sizes[i] != -1)];
                return Layout.Slice(
                    node,
                    value,
                    node.Vector([.. axes.Select(i => first[i]!.Value)]),
                    node.Vector([.. axes.Select(i => sizes[i] == -1 ? long.MaxValue : first[i]!.Value + sizes[i])]),
                    axes,
                    steps[..axes.Length]);
            }

            var open = node.Vector([.. sizes.Select(s => s == -1 ? long.MaxValue : 0)]);
            var sum = node.Add("Add", [starts, node.Vector([.. sizes.Select(s => Math.Max(s, 0))])], DType.Int64);
            return Layout.Slice(node, value, starts, node.Add("Max", [sum, open], DType.Int64), axes, steps);
        }

        var wanted = node.Cast(node.Input(2), DType.Int64);
        var whole = node.Add("Equal", [wanted, node.Vector(-1)], DType.Bool);
        var ends = node.Add("Where", [whole, node.Vector(long.MaxValue), node.Add("Add", [starts, wanted], DType.Int64)], DType.Int64);
        return Layout.Slice(node, value, starts, ends, axes, steps);
    }

    private static GraphValue Reverse(NodeContext node)
    {
        var value = node.Input(0);
        var rank = node.Rank(value);
        int[] axes = [.. node.ConstantIntegers(1, "axis").Select(a => node.Axis(a, rank)).Distinct()];
        return Layout.Slice(
            node,
            value,
            node.Vector([.. axes.Select(_ => -1L)]),
            node.Vector([.. axes.Select(_ => long.MinValue)]),
            axes,
            [.. axes.Select(_ => -1L)]);
    }
}
