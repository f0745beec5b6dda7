namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>What reads and writes at positions that come as numbers.</summary>
internal static class GatherOperators
{
    public static void Register(OperatorTable table)
    {
        table.Add("Gather", node => Gather(node, 0, 0));
        table.Add("GatherV2", node => Gather(node, node.ConstantInteger(2, "axis"), node.Int("batch_dims", 0)), "`axis` has to be constant");
        table.Add("GatherNd", node => node.Add("GatherND", [node.Input(0), node.Cast(node.Input(1), DType.Int64)], node.Input(0).Type));
        table.Add("ScatterNd", ScatterInto, "equal positions add up; numbers only");
        table.Add("TensorScatterUpdate", node => Scatter(node, node.Input(0), node.Input(1), node.Input(2), "none"));
        table.Add("TensorScatterAdd", node => Scatter(node, node.Input(0), node.Input(1), node.Input(2), "add"));
        table.Add("SparseToDense", SparseToDense, "positions are not checked for order");
    }

    private static GraphValue Gather(NodeContext node, long axisGiven, long batchGiven)
    {
        var (value, indices) = (node.Input(0), node.Input(1));
        if (batchGiven == 0)
        {
            if (value.Rank is not { } known)
            {
                return node.Add("Gather", [value, indices], value.Type, OnnxAttribute.Int("axis", axisGiven));
            }

            return node.Add("Gather", [value, indices], value.Type, OnnxAttribute.Int("axis", node.Axis(axisGiven, known)));
        }

        var rank = node.Rank(value);
        var axis = node.Axis(axisGiven, rank);
        var batch = node.Axis(batchGiven, node.Rank(indices) + 1);
        if (batch > axis)
        {
            throw node.Fail($"has batch_dims {batch} beyond its axis {axis}");
        }

        // GatherND takes rows right behind the batch: the axis goes there, and what it is replaced by goes back.
        int[] forward = [.. Enumerable.Range(0, batch), axis, .. Enumerable.Range(batch, axis - batch), .. Enumerable.Range(axis + 1, rank - axis - 1)];
        var rows = node.Graph.Transpose(value, node.Name + "/rows", forward);
        var positions = Layout.Unsqueeze(node, node.Cast(indices, DType.Int64), indices.Rank!.Value);
        var found = node.Add("GatherND", [rows, positions], value.Type, OnnxAttribute.Int("batch_dims", batch));
        var (replaced, between) = (indices.Rank!.Value - batch, axis - batch);
        int[] back =
        [
            .. Enumerable.Range(0, batch),
            .. Enumerable.Range(batch + replaced, between),
            .. Enumerable.Range(batch, replaced),
            .. Enumerable.Range(batch + replaced + between, rank - axis - 1),
        ];
        return node.Graph.Transpose(found, node.Name + "/back", back);
    }

    private static GraphValue ScatterInto(NodeContext node)
    {
        var updates = node.Input(1);
        var empty = node.Add("Expand", [node.Scalar(updates.Type, 0), node.Cast(node.Input(2), DType.Int64)], updates.Type);
        return Scatter(node, empty, node.Input(0), updates, "add");
    }

    private static GraphValue Scatter(NodeContext node, GraphValue value, GraphValue indices, GraphValue updates, string reduction) =>
        node.Add("ScatterND", [value, node.Cast(indices, DType.Int64), updates], value.Type, OnnxAttribute.Text("reduction", reduction));

    private static GraphValue SparseToDense(NodeContext node)
    {
        var (indices, values, rest) = (node.Cast(node.Input(0), DType.Int64), node.Input(2), node.Input(3));
        var dense = node.Add("Expand", [rest, node.Cast(node.Input(1), DType.Int64)], rest.Type);
        var size = node.Input(1).Shape is [>= 0 and var rank] ? rank : throw node.Fail("makes a tensor of unknown rank");
        // A number or a vector of positions stands for rows of one.
        var rows = indices.Rank == 2 ? indices : node.Add("Reshape", [indices, node.Vector(-1, size)], DType.Int64);
        var count = Layout.Slice(node, node.Add("Shape", [rows], DType.Int64), node.Vector(0), node.Vector(1), [0], [1]);
        return Scatter(node, dense, rows, node.Add("Expand", [values, count], values.Type), "none");
    }
}
