using MuLambda.Protocol.TensorFlow;

namespace MuLambda.TensorFlowJs.Signatures;

/// <summary>The type of a node's first output, as its attributes tell it.</summary>
internal static class OutputTypes
{
    // Most operators answer in the type they compute with; those that do not name their output's type.
    private static readonly string[] Attributes = ["DstT", "out_type", "output_type", "dtype", "T"];

    private static readonly string[] Predicates =
    [
        "Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual", "LogicalAnd", "LogicalOr", "LogicalNot", "LogicalXor",
        "IsNan", "IsInf", "IsFinite", "All", "Any",
    ];

    /// <summary>Operators whose output's type has a default, which graphs may leave out.</summary>
    private static readonly (string Op, DataType Type)[] Defaults =
    [
        ("Shape", DataType.DtInt32), ("Size", DataType.DtInt32), ("Rank", DataType.DtInt32),
        ("ArgMax", DataType.DtInt64), ("ArgMin", DataType.DtInt64), ("Where", DataType.DtInt64),
    ];

    /// <returns><see cref="DataType.DtInvalid"/> where they do not tell.</returns>
    public static DataType Of(NodeDef node)
    {
        if (Predicates.Contains(node.Op))
        {
            return DataType.DtBool;
        }

        var fixedType = Array.Find(Defaults, known => known.Op == node.Op);
        foreach (var attribute in Attributes.Take(fixedType.Op is null ? Attributes.Length : Attributes.Length - 1))
        {
            if (node.Attr.GetValueOrDefault(attribute) is { ValueCase: AttrValue.ValueOneofCase.Type } value)
            {
                return value.Type;
            }
        }

        return fixedType.Type;
    }
}
