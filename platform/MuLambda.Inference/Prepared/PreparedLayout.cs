using System.Buffers.Binary;

namespace MuLambda.Inference.Prepared;

/// <summary>
/// The order of a prepared model's file: magic, the header's length (int32, little endian), the header as JSON, the graphs and the attachment, each
/// aligned and where the header says, and the SHA-256 of all that.
/// </summary>
internal static class PreparedLayout
{
    /// <summary>What comes before the header.</summary>
    public const int PrefixBytes = 16;

    // As the runtime aligns what it allocates.
    private const int Alignment = 64;

    public static ReadOnlySpan<byte> Magic => "MULPREP1"u8;

    public static int HeaderLength(ReadOnlySpan<byte> file) => BinaryPrimitives.ReadInt32LittleEndian(file[Magic.Length..]);

    /// <summary>The magic and the header's length.</summary>
    public static byte[] Prefix(int headerLength)
    {
        var prefix = new byte[PrefixBytes];
        Magic.CopyTo(prefix);
        BinaryPrimitives.WriteInt32LittleEndian(prefix.AsSpan(Magic.Length), headerLength);
        return prefix;
    }

    /// <summary>The next place something may begin at.</summary>
    public static int Align(int offset) => checked(offset + Alignment - 1) / Alignment * Alignment;
}
