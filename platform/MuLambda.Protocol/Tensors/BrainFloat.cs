namespace MuLambda.Protocol.Tensors;

/// <summary>The 16 bits of a <c>bfloat16</c>: the upper half of a single.</summary>
public static class BrainFloat
{
    /// <summary>The bits of the nearest value, the even one of two equally near.</summary>
    /// <param name="value">The value.</param>
    public static ushort ToBits(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        // Rounding would carry the bits of some NaNs into infinity.
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>The value of these bits.</summary>
    /// <param name="bits">The bits.</param>
    public static float FromBits(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
