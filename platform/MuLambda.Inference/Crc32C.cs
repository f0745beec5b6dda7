using System.Buffers.Binary;
using System.Numerics;

namespace MuLambda.Inference;

/// <summary>CRC-32C (Castagnoli), and the masked form in which TensorFlow's tables, bundles and record files store it.</summary>
public static class Crc32C
{
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>Continues a checksum.</summary>
    /// <param name="crc">The checksum of what comes before, 0 at the beginning.</param>
    /// <param name="bytes">What follows.</param>
    /// <returns>The checksum of both.</returns>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    /// <summary>The form in which a checksum is stored: masked, as a checksum over bytes that hold their own is weak.</summary>
    /// <param name="crc">The checksum.</param>
    public static uint Mask(uint crc) => BitOperations.RotateRight(crc, 15) + MaskDelta;

    /// <summary>The checksum of some bytes in the form in which it is stored.</summary>
    /// <param name="bytes">The bytes.</param>
    public static uint Masked(ReadOnlySpan<byte> bytes) => Mask(Append(0, bytes));
}
