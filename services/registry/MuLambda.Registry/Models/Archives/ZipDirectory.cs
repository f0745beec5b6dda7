using System.Buffers.Binary;

namespace MuLambda.Registry.Models.Archives;

/// <summary>
/// Looks at a zip's directory before the library reads it: the library holds all of its entries in memory, however many they are.
/// </summary>
internal static class ZipDirectory
{
    private const int EndBytes = 22;
    private const int MaxComment = ushort.MaxValue;
    private const int HeaderBytes = 46;

    // Extra fields and comments come on top of a header and its name.
    private const int ExtraBytes = 1024;

    public static void Check(Stream zip, ArchiveLimits limits)
    {
        var tail = new byte[(int)Math.Min(zip.Length, EndBytes + MaxComment)];
        zip.Position = zip.Length - tail.Length;
        zip.ReadExactly(tail);
        zip.Position = 0;
        for (var i = tail.Length - EndBytes; i >= 0; i--)
        {
            var end = tail.AsSpan(i);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) != 0x06054B50)
            {
                continue;
            }

            var entries = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
            var start = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
            if (entries == ushort.MaxValue || start == uint.MaxValue)
            {
                // Zip64 states both elsewhere. Below its sizes no model needs it, and beyond them it is refused.
                throw new ArchiveException(
                    "The archive is a Zip64 of more than 65,534 entries or 4 GiB; send a tar instead.", tooLarge: true);
            }

            var bytes = zip.Length - tail.Length + i - start;
            if (entries > limits.Entries
                || bytes > (long)limits.Entries * (HeaderBytes + ArchiveLimits.NameLength + ExtraBytes))
            {
                throw new ArchiveException($"The archive has more than {limits.Entries} entries.", tooLarge: true);
            }

            return;
        }

        throw new ArchiveException("The archive is a zip without its directory: it is cut off.");
    }
}
