using MuLambda.Protocol.TensorFlow;

namespace MuLambda.TensorFlowJs.Weights;

/// <summary>The types that weights are stored in.</summary>
internal static class WeightTypes
{
    private static readonly (string Name, DataType Type, int Bytes)[] Known =
    [
        ("float32", DataType.DtFloat, 4),
        ("int32", DataType.DtInt32, 4),
        ("bool", DataType.DtBool, 1),
        ("uint8", DataType.DtUint8, 1),
        ("uint16", DataType.DtUint16, 2),
        ("float16", DataType.DtHalf, 2),
        ("complex64", DataType.DtComplex64, 8),
        ("string", DataType.DtString, 0),
    ];

    public static string Names => string.Join(", ", Known.Select(known => known.Name));

    public static bool TryParse(string name, out DataType type)
    {
        var at = Array.FindIndex(Known, known => known.Name == name);
        type = at < 0 ? DataType.DtInvalid : Known[at].Type;
        return at >= 0;
    }

    public static string NameOf(DataType type) => Array.Find(Known, known => known.Type == type).Name ?? type.ToString();

    /// <summary>The bytes of a stored element; 0 for strings, which have lengths of their own.</summary>
    public static int StoredBytes(DataType type) => Array.Find(Known, known => known.Type == type).Bytes;
}
