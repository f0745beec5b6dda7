using MuLambda.Inference.SavedModels.Functions;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels;

/// <summary>
/// Tells graphs that compute the same for every shape. TensorFlow does not hold requests to the shapes a signature declares, only to
/// what its operators take; where those work element by element with single constants, that is everything.
/// </summary>
internal static class ShapeFreedom
{
    private static readonly HashSet<string> Elementwise = new(StringComparer.Ordinal)
    {
        "Abs", "Add", "AddV2", "Cast", "Ceil", "Cos", "Div", "DivNoNan", "Elu", "Equal", "Exp", "Floor", "FloorDiv", "FloorMod", "Greater",
        "GreaterEqual", "Identity", "IdentityN", "LeakyRelu", "Less", "LessEqual", "Log", "Log1p", "LogicalAnd", "LogicalNot", "LogicalOr",
        "Maximum", "Minimum", "Mul", "Neg", "NotEqual", "Placeholder", "PlaceholderWithDefault", "Pow", "RealDiv", "Reciprocal", "Relu", "Relu6",
        "Round", "Rsqrt", "Selu", "Sigmoid", "Sign", "Sin", "Softplus", "Softsign", "Sqrt", "Square", "SquaredDifference", "StopGradient", "Sub",
        "Tan", "Tanh",
    };

    public static bool Has(FlatGraph graph) => graph.Examples.Count == 0 && graph.Nodes.Values.All(node => node.Op == "Const" ? IsSingle(node) : Elementwise.Contains(node.Op));

    private static bool IsSingle(NodeDef constant) =>
        constant.Attr.TryGetValue("value", out var value) && value.Tensor is { } tensor && (tensor.TensorShape?.Dim.Count ?? 0) == 0 && tensor.TensorShape?.UnknownRank != true;
}
