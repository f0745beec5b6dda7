using MuLambda.Inference.SavedModels.Folding;

namespace MuLambda.Inference.SavedModels.Operators;

/// <summary>
/// Quotients and remainders. A processor traps on integers divided by zero and on the least divided by -1, which would end the process:
/// no integer division leaves here unguarded.
/// </summary>
internal static class DivisionOperators
{
    private const string ZeroNote = "integers: a divisor of 0 fails the request, or the upload where it is constant; not uint64";

    public static void Register(OperatorTable table)
    {
        table.Add("RealDiv", node => Divide(node, Truncate), ZeroNote);
        table.Add("Div", node => Divide(node, Truncate), ZeroNote);
        table.Add("TruncateDiv", node => Divide(node, Truncate), ZeroNote);
        table.Add("FloorDiv", node => Divide(node, Floor), ZeroNote);
        table.Add("FloorMod", node => Divide(node, FloorRemainder), ZeroNote);
        table.Add("Mod", node => Divide(node, TruncatedRemainder), ZeroNote);
        table.Add("TruncateMod", node => Divide(node, TruncatedRemainder), ZeroNote);
        table.Add("DivNoNan", node => ArithmeticOperators.Binary(
            node, o => ArithmeticOperators.WhereZero(node, o[1], node.Add("Div", o, o[0].Type))));
        table.Add("Xdivy", node => ArithmeticOperators.Binary(
            node, o => ArithmeticOperators.WhereZero(node, o[0], node.Add("Div", o, o[0].Type))));
    }

    private static GraphValue Divide(NodeContext node, Func<NodeContext, GraphValue, GraphValue, GraphValue> compute) =>
        ArithmeticOperators.Binary(node, operands =>
        {
            var type = operands[0].Type;
            if (KernelTypes.IsFloat(type) || type is DType.Int32 or DType.Int64)
            {
                return compute(node, operands[0], operands[1]);
            }

            var wide = type switch
            {
                DType.Int8 or DType.UInt8 or DType.Int16 or DType.UInt16 => DType.Int32,
                DType.UInt32 => DType.Int64,
                _ => throw node.Fail($"divides {type.Name()}, which is not supported"),
            };
            return node.Cast(compute(node, node.Cast(operands[0], wide), node.Cast(operands[1], wide)), type);
        });

    // What is known of a quotient of shapes, which are never negative.
    private static GraphValue Annotate(GraphValue result, GraphValue left, GraphValue right, Func<long, long, long> compute)
    {
        if (left is not { Rank: <= 1, Elements: { } a } || right is not { Rank: <= 1, Elements: [> 0 and var b] })
        {
            return result;
        }

        return result with { Elements = [.. a.Select(e => e is >= 0 and var known ? compute(known, b) : (long?)null)] };
    }

    private static GraphValue Truncate(NodeContext node, GraphValue left, GraphValue right)
    {
        if (KernelTypes.IsFloat(left.Type))
        {
            return node.Add("Div", [left, right], left.Type);
        }

        if (Divisors(node, right) is { } known && !known.Contains(-1))
        {
            return node.Add("Div", [left, right], left.Type);
        }

        // By -1 is a negation, which wraps.
        var (safe, minus) = Guard(node, right);
        var negative = node.Add("Sub", [node.Scalar(left.Type, 0), left], left.Type);
        return node.Add("Where", [minus, negative, node.Add("Div", [left, safe], left.Type)], left.Type);
    }

    private static GraphValue Floor(NodeContext node, GraphValue left, GraphValue right)
    {
        var quotient = Truncate(node, left, right);
        if (KernelTypes.IsFloat(left.Type))
        {
            return node.Add("Floor", [quotient], left.Type);
        }

        var rest = node.Add("Sub", [left, node.Add("Mul", [quotient, right], left.Type)], left.Type);
        var result = node.Add("Sub", [quotient, node.Cast(Opposed(node, rest, right), left.Type)], left.Type);
        return Annotate(result, left, right, (a, b) => a / b);
    }

    private static GraphValue FloorRemainder(NodeContext node, GraphValue left, GraphValue right)
    {
        var rest = TruncatedRemainder(node, left, right);
        var result = node.Add("Where", [Opposed(node, rest, right), node.Add("Add", [rest, right], left.Type), rest], left.Type);
        return Annotate(result, left, right, (a, b) => a % b);
    }

    private static GraphValue TruncatedRemainder(NodeContext node, GraphValue left, GraphValue right) => KernelTypes.IsFloat(left.Type)
        ? node.Add("Mod", [left, right], left.Type, OnnxAttribute.Int("fmod", 1))
        : node.Add("Sub", [left, node.Add("Mul", [Truncate(node, left, right), right], left.Type)], left.Type);

    // Whether there is a remainder whose sign is not the divisor's.
    private static GraphValue Opposed(NodeContext node, GraphValue rest, GraphValue right)
    {
        var zero = node.Scalar(rest.Type, 0);
        var any = node.Add("Not", [node.Add("Equal", [rest, zero], DType.Bool)], DType.Bool);
        var signs = node.Add("Xor", [node.Add("Less", [rest, zero], DType.Bool), node.Add("Less", [right, zero], DType.Bool)], DType.Bool);
        return node.Add("And", [any, signs], DType.Bool);
    }

    private static long[]? Divisors(NodeContext node, GraphValue right)
    {
        var known = IntegerFolding.Whole(right)?.ToArray();
        return known?.Contains(0) == true ? throw node.Fail("divides integers by 0") : known;
    }

    // A divisor without 0 and -1, and where it was -1. A 0 asks a vector of one element for its second, which fails the run.
    private static (GraphValue Safe, GraphValue Minus) Guard(NodeContext node, GraphValue right)
    {
        var minus = node.Add("Equal", [right, node.Scalar(right.Type, -1)], DType.Bool);
        var one = node.Scalar(right.Type, 1);
        var zeros = node.Add("Equal", [right, node.Scalar(right.Type, 0)], DType.Bool);
        var index = node.Cast(zeros, DType.Int64);
        var ones = node.AddConstant(one.Constant!.Reshape([1]));
        var checkedOnes = node.Graph.Add("Gather", node.Name + "/integer division by zero", [ones, index], right.Type);
        // Where the divisor is neither 0 nor -1 the product is the divisor.
        var product = node.Add("Mul", [right, checkedOnes], right.Type);
        return (node.Add("Where", [minus, one, product], right.Type), minus);
    }
}
