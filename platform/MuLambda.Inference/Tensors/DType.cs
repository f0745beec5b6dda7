using System.Diagnostics.CodeAnalysis;

namespace MuLambda.Inference;

/// <summary>The type of a tensor's elements. The numbers are TensorFlow's <c>DataType</c> numbers.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The members are types; these are the names the field gives them.")]
public enum DType
{
    /// <summary>No type; never the type of a tensor.</summary>
    None = 0,

    /// <summary>IEEE 754 single precision, 4 bytes.</summary>
    Float32 = 1,

    /// <summary>IEEE 754 double precision, 8 bytes.</summary>
    Float64 = 2,

    /// <summary>Signed, 4 bytes.</summary>
    Int32 = 3,

    /// <summary>Unsigned, 1 byte.</summary>
    UInt8 = 4,

    /// <summary>Signed, 2 bytes.</summary>
    Int16 = 5,

    /// <summary>Signed, 1 byte.</summary>
    Int8 = 6,

    /// <summary>A string of bytes of any length.</summary>
    String = 7,

    /// <summary>Signed, 8 bytes.</summary>
    Int64 = 9,

    /// <summary>True or false, 1 byte.</summary>
    Bool = 10,

    /// <summary>The upper half of a single: 8 bits of exponent, 7 of fraction, 2 bytes.</summary>
    BFloat16 = 14,

    /// <summary>Unsigned, 2 bytes.</summary>
    UInt16 = 17,

    /// <summary>IEEE 754 half precision, 2 bytes.</summary>
    Float16 = 19,

    /// <summary>Unsigned, 4 bytes.</summary>
    UInt32 = 22,

    /// <summary>Unsigned, 8 bytes.</summary>
    UInt64 = 23,
}
