using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference;

/// <summary>What is known about each <see cref="DType"/>.</summary>
public static class DTypes
{
    /// <summary>Every type a tensor can have.</summary>
    public static IReadOnlyList<DType> All { get; } = Enum.GetValues<DType>()[1..];

    /// <summary>The size of one element in bytes; 0 for <see cref="DType.String"/>, whose elements differ.</summary>
    /// <param name="type">The type.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="type"/> is no tensor type.</exception>
    public static int Size(this DType type) => type switch
    {
        DType.UInt8 or DType.Int8 or DType.Bool => 1,
        DType.Int16 or DType.UInt16 or DType.Float16 or DType.BFloat16 => 2,
        DType.Float32 or DType.Int32 or DType.UInt32 => 4,
        DType.Float64 or DType.Int64 or DType.UInt64 => 8,
        DType.String => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a tensor type."),
    };

    /// <summary>TensorFlow's name of the type, such as <c>DT_FLOAT</c>.</summary>
    /// <param name="type">The type.</param>
    public static string TensorFlowName(this DType type) => type switch
    {
        DType.Float16 => "DT_HALF",
        DType.Float32 => "DT_FLOAT",
        DType.Float64 => "DT_DOUBLE",
        DType.None => "DT_INVALID",
        _ => "DT_" + type.Name().ToUpperInvariant(),
    };

    /// <summary>The type's short name, such as <c>float32</c>, as messages show it.</summary>
    /// <param name="type">The type.</param>
    public static string Name(this DType type) => type switch
    {
        DType.Float16 => "float16",
        DType.Float32 => "float32",
        DType.Float64 => "float64",
        DType.BFloat16 => "bfloat16",
        DType.Int8 => "int8",
        DType.Int16 => "int16",
        DType.Int32 => "int32",
        DType.Int64 => "int64",
        DType.UInt8 => "uint8",
        DType.UInt16 => "uint16",
        DType.UInt32 => "uint32",
        DType.UInt64 => "uint64",
        DType.String => "string",
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
        result = Enum.IsDefined((DType)type) ? (DType)type : DType.None;
        return result != DType.None;
    }

    /// <summary>The type whose elements are <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">
    /// Half, float, double, bool, or one of the integers of 8 to 64 bits. The elements of <see cref="DType.BFloat16"/> have no type of
    /// their own: they are read as bytes.
    /// </typeparam>
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
        if (typeof(T) == typeof(Half)) { return DType.Float16; }
        if (typeof(T) == typeof(sbyte)) { return DType.Int8; }
        if (typeof(T) == typeof(short)) { return DType.Int16; }
        if (typeof(T) == typeof(ushort)) { return DType.UInt16; }
        if (typeof(T) == typeof(uint)) { return DType.UInt32; }
        if (typeof(T) == typeof(ulong)) { return DType.UInt64; }
        throw new NotSupportedException($"No tensor has elements of type {typeof(T).Name}.");
    }
}
