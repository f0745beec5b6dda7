namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Moves blocks of pixels into the batch and back, as reshapes and transposes.</summary>
internal static class BatchBlocks
{
    public static GraphValue FromSpace(NodeContext node)
    {
        var (block, pairs, rank) = Read(node, "paddings");
        var spatial = block.Length;
        var pads = new long[2 * rank];
        for (var i = 0; i < spatial; i++)
        {
            (pads[i + 1], pads[rank + i + 1]) = (pairs[2 * i], pairs[(2 * i) + 1]);
        }

        var value = node.Input(0);
        var padded = pads.All(p => p == 0) ? value
            : node.Add("Pad", [value, node.Vector(pads)], value.Type, OnnxAttribute.Text("mode", "constant"));

        // n, h/b, b, w/b, b, rest to b, b, n, h/b, w/b, rest.
        var apart = new List<GraphValue> { Size(node, padded, 0) };
        var together = new List<GraphValue> { Times(node, Size(node, padded, 0), block.Aggregate(1L, (a, b) => a * b)) };
        for (var i = 0; i < spatial; i++)
        {
            var blocks = Over(node, Size(node, padded, i + 1), block[i]);
            apart.AddRange([blocks, node.Vector(block[i])]);
            together.Add(blocks);
        }

        var rest = Enumerable.Range(spatial + 1, rank - spatial - 1).Select(i => Size(node, padded, i)).ToArray();
        int[] order =
        [
            .. Enumerable.Range(0, spatial).Select(i => (2 * i) + 2), 0, .. Enumerable.Range(0, spatial).Select(i => (2 * i) + 1),
            .. Enumerable.Range((2 * spatial) + 1, rest.Length),
        ];
        var split = Reshape(node, padded, [.. apart, .. rest]);
        return Reshape(node, node.Graph.Transpose(split, node.Name + "/blocks", order), [.. together, .. rest]);
    }

    public static GraphValue ToSpace(NodeContext node)
    {
        var (block, crops, rank) = Read(node, "crops");
        var spatial = block.Length;
        var value = node.Input(0);
        var product = block.Aggregate(1L, (a, b) => a * b);
        var batch = Over(node, Size(node, value, 0), product);

        // b, b, n, h, w, rest to n, h, b, w, b, rest.
        var sizes = Enumerable.Range(1, rank - 1).Select(i => Size(node, value, i)).ToArray();
        var split = Reshape(node, value, [.. block.Select(b => node.Vector(b)), batch, .. sizes]);
        int[] order =
        [
            spatial, .. Enumerable.Range(0, spatial).SelectMany(i => new[] { spatial + 1 + i, i }),
            .. Enumerable.Range((2 * spatial) + 1, rank - spatial - 1),
        ];
        var turned = node.Graph.Transpose(split, node.Name + "/blocks", order);
        var whole = Reshape(
            node, turned, [batch, .. sizes.Take(spatial).Select((s, i) => Times(node, s, block[i])), .. sizes.Skip(spatial)]);
        int[] axes = [.. Enumerable.Range(0, spatial).Where(i => crops[2 * i] > 0 || crops[(2 * i) + 1] > 0)];
        return Layout.Slice(
            node,
            whole,
            node.Vector([.. axes.Select(i => crops[2 * i])]),
            node.Vector([.. axes.Select(i => crops[(2 * i) + 1] == 0 ? long.MaxValue : -crops[(2 * i) + 1])]),
            [.. axes.Select(i => i + 1)],
            [.. axes.Select(_ => 1L)]);
    }

    private static (long[] Block, long[] Pairs, int Rank) Read(NodeContext node, string what)
    {
        var (block, pairs, rank) = (node.ConstantIntegers(1, "block_shape"), node.ConstantIntegers(2, what), node.Rank(node.Input(0)));
        return block.Length < 1 || block.Length > rank - 1 || pairs.Length != 2 * block.Length || pairs.Any(p => p < 0)
            || block.Any(b => b is < 1 or > int.MaxValue)
            ? throw node.Fail($"has block_shape {Shapes.Format(block)} and {what} {Shapes.Format(pairs)} on a value of rank {rank}")
            : (block, pairs, rank);
    }

    // One dimension as a vector of one: a constant where it is known.
    private static GraphValue Size(NodeContext node, GraphValue value, int axis) => value.Shape![axis] is >= 0 and var known
        ? node.Vector(known)
        : Layout.Slice(node, node.Add("Shape", [value], DType.Int64), node.Vector(axis), node.Vector(axis + 1), [0], [1]);

    private static GraphValue Times(NodeContext node, GraphValue size, long factor) => node.Add("Mul", [size, node.Vector(factor)], DType.Int64);

    private static GraphValue Over(NodeContext node, GraphValue size, long divisor) => node.Add("Div", [size, node.Vector(divisor)], DType.Int64);

    private static GraphValue Reshape(NodeContext node, GraphValue value, IReadOnlyList<GraphValue> sizes)
    {
        var shape = node.Add("Concat", sizes, DType.Int64, OnnxAttribute.Int("axis", 0));
        if (shape.Elements is { } elements && elements.Count(e => e is null) == 1 && elements.All(e => e is null or > 0))
        {
            shape = node.Vector([.. elements.Select(e => e ?? -1)]);
        }

        return node.Add("Reshape", [value, shape], value.Type, OnnxAttribute.Int("allowzero", 1));
    }
}
