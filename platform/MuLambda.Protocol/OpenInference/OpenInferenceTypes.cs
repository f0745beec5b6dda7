using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.OpenInference;

/// <summary>The names of element types in the Open Inference Protocol.</summary>
public static class OpenInferenceTypes
{
    private static readonly (DataType Type, string Name)[] Known =
    [
        (DataType.DtFloat, "FP32"),
        (DataType.DtDouble, "FP64"),
        (DataType.DtHalf, "FP16"),
        (DataType.DtBfloat16, "BF16"),
        (DataType.DtInt8, "INT8"),
        (DataType.DtInt16, "INT16"),
        (DataType.DtInt32, "INT32"),
        (DataType.DtInt64, "INT64"),
        (DataType.DtUint8, "UINT8"),
        (DataType.DtUint16, "UINT16"),
        (DataType.DtUint32, "UINT32"),
        (DataType.DtUint64, "UINT64"),
        (DataType.DtBool, "BOOL"),
        (DataType.DtString, "BYTES"),
    ];

    /// <summary>The name of a type, such as <c>FP32</c>; TensorFlow's own for a type that does not travel.</summary>
    /// <param name="type">The element type.</param>
    public static string NameOf(DataType type)
    {
        foreach (var known in Known)
        {
            if (known.Type == type)
            {
                return known.Name;
            }
        }

        return type.ToString();
    }

    /// <summary>The type a name stands for.</summary>
    /// <param name="name">A name such as <c>FP32</c>.</param>
    /// <param name="type">The element type.</param>
    public static bool TryParse(string? name, out DataType type)
    {
        foreach (var known in Known)
        {
            if (known.Name == name)
            {
                type = known.Type;
                return true;
            }
        }

        type = DataType.DtInvalid;
        return false;
    }
}
