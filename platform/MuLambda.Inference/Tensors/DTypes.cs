using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference;

/// <summary>What is known about each <see cref="DType"/>.</summary>
public static class DTypes
{
    /// <summary>Every type a tensor can have.</summary>
    public static IReadOnlyList<DType> All { get; } =
        [DType.Float32, DType.Float64, DType.Int32, DType.UInt8, DType.String, DType.Int64, DType.Bool];

    /// <summary>The size of one element in bytes; 0 for <see cref="DType.String"/>, whose elements differ.</summary>
    /// <param name="type">The type.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="type"/> is no tensor type.</exception>
    public static int Size(this DType type) => type switch
    {
        DType.Float32 or DType.Int32 => 4,
        DType.Float64 or DType.Int64 => 8,
        DType.UInt8 or DType.Bool => 1,
        DType.String => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a tensor type."),
    };

    /// <summary>TensorFlow's name of the type, such as <c>DT_FLOAT</c>.</summary>
    /// <param name="type">The type.</param>
    public static string TensorFlowName(this DType type) => type switch
    {
        DType.Float32 => "DT_FLOAT",
        DType.Float64 => "DT_DOUBLE",
        DType.Int32 => "DT_INT32",
        DType.UInt8 => "DT_UINT8",
        DType.String => "DT_STRING",
        DType.Int64 => "DT_INT64",
        DType.Bool => "DT_BOOL",
        _ => "DT_INVALID",
    };

    /// <summary>The type's short name, such as <c>float32</c>, as messages show it.</summary>
    /// <param name="type">The type.</param>
    public static string Name(this DType type) => type switch
    {
        DType.Float32 => "float32",
        DType.Float64 => "float64",
        DType.Int32 => "int32",
        DType.UInt8 => "uint8",
        DType.String => "string",
        DType.Int64 => "int64",
        DType.Bool => "bool",
        _ => "none",
    };

    /// <summary>TensorFlow's enumeration value of the type.</summary>
    /// <param name="type">The type.</param>
    public static DataType ToTensorFlow(this DType type) => (DataType)type;

    /// <summary>The type TensorFlow's enumeration value stands for.</summary>
    /// <param name="type">TensorFlow's value.</param>
    /// <param name="result">The type, or <see cref="DType.None"/>.</param>
    /// <returns>False when tensors cannot have that type.</returns>
    public static bool TryFromTensorFlow(DataType type, out DType result)
    {
        result = (DType)type is DType.Float32 or DType.Float64 or DType.Int32 or DType.UInt8 or DType.String or DType.Int64
            or DType.Bool ? (DType)type : DType.None;
        return result != DType.None;
    }

    /// <summary>The type whose elements are <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">float, double, int, long, byte or bool.</typeparam>
    /// <exception cref="NotSupportedException">No tensor has such elements.</exception>
    public static DType Of<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(float)) { return DType.Float32; }
        if (typeof(T) == typeof(double)) { return DType.Float64; }
        if (typeof(T) == typeof(int)) { return DType.Int32; }
        if (typeof(T) == typeof(long)) { return DType.Int64; }
        if (typeof(T) == typeof(byte)) { return DType.UInt8; }
        if (typeof(T) == typeof(bool)) { return DType.Bool; }
        throw new NotSupportedException($"No tensor has elements of type {typeof(T).Name}.");
    }
}
