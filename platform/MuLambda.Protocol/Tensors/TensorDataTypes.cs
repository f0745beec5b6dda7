using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Tensors;

/// <summary>Names and sizes of the element types that travel.</summary>
public static class TensorDataTypes
{
    private static readonly (DataType Type, string Name, int Bytes)[] Known =
    [
        (DataType.DtFloat, "float32", 4),
        (DataType.DtDouble, "float64", 8),
        (DataType.DtInt32, "int32", 4),
        (DataType.DtUint8, "uint8", 1),
        (DataType.DtInt16, "int16", 2),
        (DataType.DtInt8, "int8", 1),
        (DataType.DtString, "string", 0),
        (DataType.DtInt64, "int64", 8),
        (DataType.DtBool, "bool", 1),
        (DataType.DtUint16, "uint16", 2),
        (DataType.DtHalf, "float16", 2),
        (DataType.DtBfloat16, "bfloat16", 2),
        (DataType.DtUint32, "uint32", 4),
        (DataType.DtUint64, "uint64", 8),
    ];

    /// <summary>The catalog's name of a type, such as <c>float32</c>; TensorFlow's own for a type that does not travel.</summary>
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

    /// <summary>The type a catalog's name stands for.</summary>
    /// <param name="name">A name such as <c>float32</c>.</param>
    /// <param name="type">The element type.</param>
    public static bool TryParse(string name, out DataType type)
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

    /// <summary>Bytes of one element; 0 for strings and for types that do not travel.</summary>
    /// <param name="type">The element type.</param>
    public static int ElementBytes(DataType type)
    {
        foreach (var known in Known)
        {
            if (known.Type == type)
            {
                return known.Bytes;
            }
        }

        return 0;
    }
}
