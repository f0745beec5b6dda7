namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>What TensorFlow's optimizer and TensorFlow.js put behind a product or a convolution, in one node with it.</summary>
internal static class FusedOperators
{
    public const string Note = "fused BiasAdd, FusedBatchNorm, Add, Relu, Relu6, Elu, LeakyRelu, Prelu, Sigmoid, Tanh";

    /// <summary>Whether the first thing fused is a bias.</summary>
    public static bool StartsWithBias(NodeContext node) => node.Texts("fused_ops") is ["BiasAdd", ..];

    /// <summary>Adds what is fused to a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="value">What is computed first.</param>
    /// <param name="next">The position of the first input that belongs to what is fused.</param>
    /// <param name="channelsFirst">Whether the channels are the value's second dimension.</param>
    /// <param name="skip">How many of the fused operators are done already.</param>
    public static GraphValue Apply(NodeContext node, GraphValue value, int next, bool channelsFirst, int skip = 0)
    {
        foreach (var op in node.Texts("fused_ops").Skip(skip))
        {
            switch (op)
            {
                case "BiasAdd":
                    value = ArithmeticOperators.AddBias(node, value, node.Input(next++), channelsFirst);
                    break;
                case "FusedBatchNorm":
                    value = NormalizationOperators.Normalize(
                        node, value, [.. Enumerable.Range(next, 4).Select(node.Input)], node.Float("epsilon", 1e-4f), channelsFirst);
                    next += 4;
                    break;
                case "Add":
                    value = Layout.Elementwise(node, [value, node.Input(next++)], moved => node.Add("Add", moved, value.Type));
                    break;
                case "Prelu":
                    value = ActivationOperators.Prelu(node, value, node.Input(next++));
                    break;
                default:
                    var alpha = node.Float("leakyrelu_alpha", .2f);
                    value = Layout.Elementwise(node, [value], moved => ActivationOperators.Apply(node, op, moved[0], alpha)
                        ?? throw node.Fail($"has {op} fused, which is not supported"));
                    break;
            }
        }

        return value;
    }
}
