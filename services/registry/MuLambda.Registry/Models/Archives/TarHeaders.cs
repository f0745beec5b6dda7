using System.Text;

namespace MuLambda.Registry.Models.Archives;

/// <summary>
/// Walks over a tar's headers before the library reads it: the library allocates what a header of long names or attributes
/// declares, however much that is.
/// </summary>
internal static class TarHeaders
{
    private const int Block = 512;
    private const int MaxAttributeBytes = 64 * 1024;

    public static async Task CheckAsync(Stream tar, ArchiveLimits limits, CancellationToken cancellationToken)
    {
        var header = new byte[Block];
        var entries = 0;
        while (await tar.ReadAtLeastAsync(header, Block, throwOnEndOfStream: false, cancellationToken) is > 0 and var read)
        {
            if (read < Block)
            {
                throw Damaged(entries);
            }

            if (!header.AsSpan().ContainsAnyExcept((byte)0))
            {
                return;
            }

            if (!HasChecksum(header))
            {
                throw Damaged(entries);
            }

            var size = Size(header);
            var isAttributes = header[156] is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K';
            if (isAttributes)
            {
                await CheckAttributesAsync(tar, size, cancellationToken);
            }
            else if (++entries > limits.Entries)
            {
                throw new ArchiveException($"The archive has more than {limits.Entries} entries.", tooLarge: true);
            }

            var padded = (size + Block - 1) / Block * Block;
            if (size > tar.Length || tar.Position + (isAttributes ? padded - size : padded) > tar.Length)
            {
                throw new ArchiveException($"The archive is cut off: entry {entries} declares {size} bytes.");
            }

            tar.Position += isAttributes ? padded - size : padded;
        }

        if (entries == 0)
        {
            throw Damaged(entries);
        }
    }

    private static async Task CheckAttributesAsync(Stream tar, long size, CancellationToken cancellationToken)
    {
        if (size > MaxAttributeBytes)
        {
            throw new ArchiveException(
                $"A header of the archive declares {size} bytes of names and attributes; at most {MaxAttributeBytes} are allowed.");
        }

        // A size in the attributes would overrule the header's, by which this walk finds the next header.
        var attributes = new byte[size];
        await tar.ReadExactlyAsync(attributes, cancellationToken);
        if (attributes.AsSpan().IndexOf(" size="u8) >= 0)
        {
            throw new ArchiveException("An entry of the archive is larger than 8 GiB.", tooLarge: true);
        }
    }

    private static long Size(ReadOnlySpan<byte> header)
    {
        var field = header[124..136];
        if ((field[0] & 0x80) != 0)
        {
            throw new ArchiveException("An entry of the archive is larger than 8 GiB.", tooLarge: true);
        }

        return Octal(field);
    }

    private static bool HasChecksum(ReadOnlySpan<byte> header)
    {
        // The checksum's own field counts as spaces.
        var sum = 0;
        for (var i = 0; i < Block; i++)
        {
            sum += i is >= 148 and < 156 ? ' ' : header[i];
        }

        try
        {
            return Octal(header[148..156]) == sum;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static long Octal(ReadOnlySpan<byte> field)
    {
        var digits = Encoding.ASCII.GetString(field).Trim('\0', ' ');
        return digits.Length == 0 ? 0
            : digits.All(static c => c is >= '0' and <= '7') ? Convert.ToInt64(digits, 8)
            : throw new FormatException("A number of a header is not octal.");
    }

    private static ArchiveException Damaged(int entries) => new(entries == 0
        ? "The body is not a zip, a tar or a gzipped tar."
        : $"The archive is damaged or cut off after {entries} entries.");
}
