using System.Buffers.Binary;

namespace MuLambda.Selector;

/// <summary>
/// A request's id: a UUID of version 7 (RFC 9562) whose random bits are a counter and a number of this process. Ids sort by time and,
/// within a process, by order; and an id leads to its request without a search.
/// </summary>
/// <param name="UnixMs">When the request was decided, in milliseconds since 1970.</param>
/// <param name="Sequence">Which one of the process it is, from 1; the low 42 bits.</param>
/// <param name="Process">The number of the process that gave it.</param>
internal readonly record struct RequestId(long UnixMs, long Sequence, uint Process)
{
    /// <summary>The characters of an id.</summary>
    public const int Length = 36;

    /// <summary>The bits of <see cref="Sequence"/> that an id carries.</summary>
    public const long SequenceMask = (1L << 42) - 1;

    private const int HighBits = 12;
    private const int LowBits = 30;

    /// <summary>Writes it as UTF-8.</summary>
    /// <param name="utf8">At least <see cref="Length"/> bytes.</param>
    public void Write(Span<byte> utf8) => ToGuid().TryFormat(utf8, out _);

    public override string ToString() => ToGuid().ToString();

    /// <summary>Reads an id; false where the text is none.</summary>
    public static bool TryParse(string? text, out RequestId id)
    {
        if (!Guid.TryParseExact(text, "D", out var guid) || guid.Version != 7 || (guid.Variant & 0b1100) != 0b1000)
        {
            id = default;
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        var unixMs = (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        var high = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & ((1L << HighBits) - 1);
        var low = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) & ((1L << LowBits) - 1);
        id = new RequestId(unixMs, (high << LowBits) | low, BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]));
        return true;
    }

    private Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        var sequence = Sequence & SequenceMask;
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)UnixMs << 16) | 0x7000 | (ulong)(sequence >> LowBits));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], 0x8000_0000 | (uint)(sequence & ((1L << LowBits) - 1)));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Process);
        return new Guid(bytes, bigEndian: true);
    }
}
