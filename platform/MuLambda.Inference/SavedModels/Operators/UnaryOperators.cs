using MuLambda.Inference.SavedModels.Folding;

namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>Functions of one element.</summary>
internal static class UnaryOperators
{
    private static readonly Dictionary<string, string> Direct = new(StringComparer.Ordinal)
    {
        ["Abs"] = "Abs", ["Neg"] = "Neg", ["Exp"] = "Exp", ["Log"] = "Log", ["Sqrt"] = "Sqrt", ["Reciprocal"] = "Reciprocal",
        ["Inv"] = "Reciprocal", ["Sin"] = "Sin", ["Cos"] = "Cos", ["Tan"] = "Tan", ["Asin"] = "Asin", ["Acos"] = "Acos", ["Atan"] = "Atan", ["Sinh"] = "Sinh",
        ["Cosh"] = "Cosh", ["Asinh"] = "Asinh", ["Acosh"] = "Acosh", ["Atanh"] = "Atanh", ["Erf"] = "Erf",
    };

    public static void Register(OperatorTable table)
    {
        foreach (var (op, onnx) in Direct)
        {
            table.Add(op, node => Unary(node, value => node.Add(onnx, [value], value.Type)), InSingle(op));
        }

        // Of integers these change nothing.
        table.Add("Floor", node => Rounded(node, "Floor"));
        table.Add("Ceil", node => Rounded(node, "Ceil"));
        table.Add("Round", node => Rounded(node, "Round"), "halves to even");
        table.Add("Rint", node => Rounded(node, "Round"), "halves to even");
        table.Add("Sign", node => Unary(node, value => node.Add("Sign", [value], value.Type)));
        table.Add("Square", node => Unary(node, value => ArithmeticOperators.Square(node, value)));
        table.Add("Rsqrt", node => Unary(node, value => node.Add("Reciprocal", [node.Add("Sqrt", [value], value.Type)], value.Type)));
        table.Add("Erfc", node => Unary(node, value =>
            node.Add("Sub", [node.Scalar(value.Type, 1), node.Add("Erf", [value], value.Type)], value.Type)), InSingle("Erf"));
        table.Add("Log1p", node => Unary(node, value => LogarithmNearOne(node, value)));
        table.Add("Expm1", node => Unary(node, value => ExponentialNearZero(node, value)));
        table.Add("Atan2", AngleOf, InSingle("Atan"));
    }

    public static GraphValue Unary(NodeContext node, Func<GraphValue, GraphValue> compute)
    {
        ArithmeticOperators.RequireNumbers(node, [node.Input(0)]);
        return Layout.Elementwise(node, [node.Input(0)], moved => compute(moved[0]));
    }

    private static string InSingle(string op) =>
        op is "Sin" or "Cos" or "Tan" or "Erf" || op.StartsWith('A') && op != "Abs" || op.EndsWith('h') ? "float64 is computed in float32" : "";

    private static GraphValue Rounded(NodeContext node, string op) => Unary(
        node, value => KernelTypes.IsInteger(value.Type) ? value : node.Add(op, [value], value.Type));

    // log(1 + x) = 2 atanh(x / (2 + x)), which loses nothing where x is small.
    private static GraphValue LogarithmNearOne(NodeContext node, GraphValue value)
    {
        var type = value.Type;
        var ratio = node.Add("Div", [value, node.Add("Add", [value, node.Scalar(type, 2)], type)], type);
        var near = node.Add("Mul", [node.Scalar(type, 2), node.Add("Atanh", [ratio], type)], type);
        var far = node.Add("Log", [node.Add("Add", [value, node.Scalar(type, 1)], type)], type);
        return Near(node, value, near, far);
    }

    // exp(x) - 1 = 2 t / (1 - t) where t = tanh(x / 2), which loses nothing where x is small.
    private static GraphValue ExponentialNearZero(NodeContext node, GraphValue value)
    {
        var type = value.Type;
        var one = node.Scalar(type, 1);
        var half = node.Add("Tanh", [node.Add("Mul", [value, node.Scalar(type, .5)], type)], type);
        var near = node.Add("Div", [node.Add("Add", [half, half], type), node.Add("Sub", [one, half], type)], type);
        var far = node.Add("Sub", [node.Add("Exp", [value], type), one], type);
        return Near(node, value, near, far);
    }

    private static GraphValue Near(NodeContext node, GraphValue value, GraphValue near, GraphValue far)
    {
        var small = node.Add("Less", [node.Add("Abs", [value], value.Type), node.Scalar(value.Type, .5)], DType.Bool);
        return node.Add("Where", [small, near, far], value.Type);
    }

    private static GraphValue AngleOf(NodeContext node) => ArithmeticOperators.Binary(node, operands =>
    {
        var (y, x, type) = (operands[0], operands[1], operands[0].Type);
        var zero = node.Scalar(type, 0);
        var (negativeX, negativeY) = (node.Add("Less", [x, zero], DType.Bool), node.Add("Less", [y, zero], DType.Bool));
        var turn = node.Add("Where", [negativeY, node.Scalar(type, -Math.PI), node.Scalar(type, Math.PI)], type);
        // 0/0 has no angle; TensorFlow's is 0.
        var both = node.Add("And", [node.Add("Equal", [x, zero], DType.Bool), node.Add("Equal", [y, zero], DType.Bool)], DType.Bool);
        var angle = node.Add("Atan", [node.Add("Div", [y, node.Add("Where", [both, node.Scalar(type, 1), x], type)], type)], type);
        return node.Add("Where", [negativeX, node.Add("Add", [angle, turn], type), angle], type);
    });
}
