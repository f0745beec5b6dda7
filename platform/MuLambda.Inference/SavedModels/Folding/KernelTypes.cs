namespace MuLambda.Inference.SavedModels.Folding;

/// <summary>
/// Which element types the runtime computes an operator in, on processors. Another type goes through the nearest that holds its
/// values: bytes through 32 bits (and wrap when they are cut back), half precision through single.
/// </summary>
internal static class KernelTypes
{
    private static readonly DType[] Single = [DType.Float32];
    private static readonly DType[] Floats = [DType.Float32, DType.Float64];
    private static readonly DType[] Numbers = [DType.Float32, DType.Float64, DType.Int32, DType.Int64];
    private static readonly Dictionary<string, DType[]> Supported = Table();

    /// <summary>The type an operator computes in; None where there is none.</summary>
    public static DType Working(string op, DType type)
    {
        if (!Supported.TryGetValue(op, out var types) || types.Contains(type))
        {
            return type;
        }

        return Wider(type).FirstOrDefault(types.Contains, DType.None);
    }

    public static bool IsFloat(DType type) => type is DType.Float32 or DType.Float64 or DType.Float16 or DType.BFloat16;

    public static bool IsUnsigned(DType type) => type is DType.UInt8 or DType.UInt16 or DType.UInt32 or DType.UInt64;

    public static bool IsInteger(DType type) => IsUnsigned(type) || type is DType.Int8 or DType.Int16 or DType.Int32 or DType.Int64;

    /// <summary>Whether the operand at a position has the operator's element type, rather than being an index, a size or a condition.</summary>
    public static bool IsValue(string op, int position) => op switch
    {
        "Where" => position > 0,
        "Pad" => position is 0 or 2,
        "TopK" or "Resize" or "CumSum" => position == 0,
        "ScatterND" => position is 0 or 2,
        "Expand" or "Tile" => position == 0,
        _ => !op.StartsWith("Reduce", StringComparison.Ordinal) || position == 0,
    };

    private static DType[] Wider(DType type) => type switch
    {
        DType.Bool => [DType.UInt8, DType.Int32, DType.Float32],
        DType.Int8 or DType.UInt8 or DType.Int16 or DType.UInt16 => [DType.Int32, DType.Float32],
        DType.UInt32 or DType.UInt64 => [DType.Int64, DType.Float64, DType.Float32],
        DType.Float16 or DType.BFloat16 => [DType.Float32],
        DType.Int32 => [DType.Int64, DType.Float64, DType.Float32],
        DType.Int64 => [DType.Float64, DType.Float32],
        DType.Float64 => [DType.Float32],
        _ => [],
    };

    private static Dictionary<string, DType[]> Table()
    {
        var table = new Dictionary<string, DType[]>(StringComparer.Ordinal);
        Add(Single, "Conv", "ConvTranspose", "AveragePool", "LRN", "Elu", "Selu", "Softplus", "Softsign", "LeakyRelu", "PRelu", "Erf");
        Add(Single, "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh");
        Add(Floats, "Sigmoid", "Tanh", "Exp", "Log", "Sqrt", "Floor", "Ceil", "Round", "Reciprocal", "Softmax", "LogSoftmax", "IsNaN", "IsInf");
        Add(Floats, "BatchNormalization", "SpaceToDepth", "MaxPool", "ReduceLogSumExp", "ReduceL2", "Relu");
        Add([.. Floats, DType.UInt8], "DepthToSpace");
        Add([DType.Float32, DType.Int32, DType.UInt8], "Resize");
        Add(Numbers, "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "MatMul", "Neg", "Abs", "Sign", "Mod", "Sum", "Einsum");
        Add(Numbers, "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "CumSum", "TopK", "Clip", "Range", "ArgMax", "ArgMin");
        Add(Numbers, "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd");
        Add([.. Floats, DType.Int32], "ReduceMean");
        Add([.. Numbers, DType.Bool], "Equal");
        Add([.. Numbers, DType.UInt8, DType.String], "Where");
        Add([.. Numbers, DType.UInt8, DType.Bool], "Pad");
        // Everything but bfloat16, whose bits no kernel repeats.
        Add([.. DTypes.All.Where(t => t != DType.BFloat16)], "Expand", "Tile");
        return table;

        void Add(DType[] types, params string[] operators)
        {
            foreach (var op in operators)
            {
                table.Add(op, types);
            }
        }
    }
}
