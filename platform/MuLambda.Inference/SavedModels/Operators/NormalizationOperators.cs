namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Normalizations with statistics that training left.</summary>
internal static class NormalizationOperators
{
    private const string Note = "inference: `is_training` is refused";

    public static void Register(OperatorTable table)
    {
        table.AddMany("FusedBatchNorm", node => Normalize(node, 2), Note);
        table.AddMany("FusedBatchNormV2", node => Normalize(node, 2), Note);
        table.AddMany("FusedBatchNormV3", node => Normalize(node, 3), Note);
        table.Add("LRN", LocalResponse);
    }

    /// <summary>Normalizes each channel.</summary>
    /// <param name="node">The node.</param>
    /// <param name="value">The images.</param>
    /// <param name="statistics">Scale, offset, mean, variance.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="channelsFirst">Whether the channels are the second dimension.</param>
    public static GraphValue Normalize(NodeContext node, GraphValue value, GraphValue[] statistics, float epsilon, bool channelsFirst)
    {
        var rank = node.Rank(value);
        if (rank < 2)
        {
            throw node.Fail($"normalizes channels, but {value.Name} has rank {rank}");
        }

        var image = channelsFirst || rank == 2 ? value : Layout.ToChannelsFirst(node, value, rank);
        var result = node.Add("BatchNormalization", [image, .. statistics], value.Type, OnnxAttribute.Float("epsilon", epsilon));
        return channelsFirst || rank == 2 ? result : Layout.ToChannelsLast(node, result, rank);
    }

    private static GraphValue[] Normalize(NodeContext node, int reserved)
    {
        if (node.Bool("is_training", true))
        {
            throw node.Fail("has is_training, which is not supported");
        }

        GraphValue[] statistics = [node.Input(1), node.Input(2), node.Input(3), node.Input(4)];
        var result = Normalize(node, node.Input(0), statistics, node.Float("epsilon", 1e-4f), ArithmeticOperators.ChannelsFirst(node));
        var (mean, variance) = (statistics[2], statistics[3]);
        return reserved == 2 ? [result, mean, variance, mean, variance] : [result, mean, variance, mean, variance, variance];
    }

    private static GraphValue LocalResponse(NodeContext node)
    {
        var value = node.Input(0);
        var size = (2 * node.Int("depth_radius", 5)) + 1;
        var result = node.Add(
            "LRN",
            [Layout.ToChannelsFirst(node, value)],
            value.Type,
            OnnxAttribute.Int("size", size),
            // ONNX divides the sum by its length.
            OnnxAttribute.Float("alpha", node.Float("alpha", 1) * size),
            OnnxAttribute.Float("beta", node.Float("beta", .5f)),
            OnnxAttribute.Float("bias", node.Float("bias", 1)));
        return Layout.ToChannelsLast(node, result);
    }
}
