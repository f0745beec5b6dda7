using System.Buffers.Binary;
using System.Numerics;

namespace MuLambda.Inference.SavedModels.Bundles;

/// <summary>CRC-32C (Castagnoli), and the masked form in which tables and bundles store it.</summary>
internal static class Crc32C
{
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>The checksum of some bytes after those that gave <paramref name="crc"/>.</summary>
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

    /// <summary>Masked, so that a checksum over bytes which hold checksums is none of itself.</summary>
    public static uint Mask(uint crc) => BitOperations.RotateRight(crc, 15) + MaskDelta;

    public static uint Masked(ReadOnlySpan<byte> bytes) => Mask(Append(0, bytes));
}
