using OnnxType = MuLambda.Inference.Onnx.Proto.TensorProto.Types.DataType;

namespace MuLambda.Inference.Runtime;

/// <summary>Element types as ONNX numbers them in files and the C API in calls (the numbers agree).</summary>
internal static class OrtTypes
{
    public static OnnxType ToOnnx(DType type) => type switch
    {
        DType.Float32 => OnnxType.Float,
        DType.Float64 => OnnxType.Double,
        DType.Int32 => OnnxType.Int32,
        DType.Int64 => OnnxType.Int64,
        DType.UInt8 => OnnxType.Uint8,
        DType.Float16 => OnnxType.Float16,
        DType.BFloat16 => OnnxType.Bfloat16,
        DType.Int8 => OnnxType.Int8,
        DType.Int16 => OnnxType.Int16,
        DType.UInt16 => OnnxType.Uint16,
        DType.UInt32 => OnnxType.Uint32,
        DType.UInt64 => OnnxType.Uint64,
        DType.Bool => OnnxType.Bool,
        DType.String => OnnxType.String,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a tensor type."),
    };

    /// <summary>The type, or <see cref="DType.None"/> where tensors cannot have it.</summary>
    public static DType FromOnnx(int type) => (OnnxType)type switch
    {
        OnnxType.Float => DType.Float32,
        OnnxType.Double => DType.Float64,
        OnnxType.Int32 => DType.Int32,
        OnnxType.Int64 => DType.Int64,
        OnnxType.Uint8 => DType.UInt8,
        OnnxType.Float16 => DType.Float16,
        OnnxType.Bfloat16 => DType.BFloat16,
        OnnxType.Int8 => DType.Int8,
        OnnxType.Int16 => DType.Int16,
        OnnxType.Uint16 => DType.UInt16,
        OnnxType.Uint32 => DType.UInt32,
        OnnxType.Uint64 => DType.UInt64,
        OnnxType.Bool => DType.Bool,
        OnnxType.String => DType.String,
        _ => DType.None,
    };
}
