using MuLambda.Inference.SavedModels.Folding;

namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Functions between layers.</summary>
internal static class ActivationOperators
{
    private static readonly string[] Plain =
        ["Relu", "Relu6", "Elu", "Selu", "Sigmoid", "Tanh", "Softplus", "Softsign", "LeakyRelu", "HardSwish", "Swish"];

    public static void Register(OperatorTable table)
    {
        foreach (var op in Plain)
        {
            table.Add(op, node => UnaryOperators.Unary(node, value => Apply(node, op, value, op == "LeakyRelu" ? node.Float("alpha", .2f) : 0)!));
        }

        // What TensorFlow fuses x * sigmoid(x) to, with and without a factor.
        table.Add("_MklSwish", node => UnaryOperators.Unary(node, value => Apply(node, "Swish", value, 0)!));
        table.Add("Prelu", node => Prelu(node, node.Input(0), node.Input(1)), "written by TensorFlow.js");
        table.Add("Softmax", node => Along(node, "Softmax"), "along the last dimension");
        table.Add("LogSoftmax", node => Along(node, "LogSoftmax"), "along the last dimension");
    }

    /// <summary>An activation by its name; null where there is none of it.</summary>
    public static GraphValue? Apply(NodeContext node, string name, GraphValue value, float alpha)
    {
        var type = value.Type;
        return name switch
        {
            "Relu" => KernelTypes.IsUnsigned(type) ? value
                : KernelTypes.IsFloat(type) ? node.Add("Relu", [value], type)
                : node.Add("Clip", [value, node.Scalar(type, 0)], type),
            "Relu6" => node.Add("Clip", [value, node.Scalar(type, 0), node.Scalar(type, 6)], type),
            "LeakyRelu" => node.Add("LeakyRelu", [value], type, OnnxAttribute.Float("alpha", alpha)),
            "Elu" or "Selu" or "Sigmoid" or "Tanh" or "Softplus" or "Softsign" => node.Add(name, [value], type),
            "Swish" => node.Add("Mul", [value, node.Add("Sigmoid", [value], type)], type),
            "HardSwish" => HardSwish(node, value),
            _ => null,
        };
    }

    public static GraphValue Prelu(NodeContext node, GraphValue value, GraphValue slope) =>
        Layout.Elementwise(node, [value, slope], moved => node.Add("PRelu", moved, value.Type));

    private static GraphValue HardSwish(NodeContext node, GraphValue value)
    {
        var type = value.Type;
        var shifted = node.Add("Clip", [node.Add("Add", [value, node.Scalar(type, 3)], type), node.Scalar(type, 0), node.Scalar(type, 6)], type);
        return node.Add("Mul", [value, node.Add("Mul", [shifted, node.Scalar(type, 1 / 6.0)], type)], type);
    }

    private static GraphValue Along(NodeContext node, string op)
    {
        var value = node.Input(0);
        return value.Rank is { } rank and > 0
            ? Layout.Along(node, value, [rank - 1], keep: true, (moved, axes) => node.Add(op, [moved], value.Type, OnnxAttribute.Int("axis", axes[0])))
            : node.Add(op, [value], value.Type, OnnxAttribute.Int("axis", -1));
    }
}
