using System.Buffers.Binary;

namespace MuLambda.Inference.SavedModels.Bundles;

/// <summary>Unpacks a block that Snappy compressed: literals, and copies of what came before.</summary>
internal static class Snappy
{
    /// <summary>The most a byte of input can stand for: a copy of 64 bytes takes three.</summary>
    private const int LargestRatio = 22;

    /// <exception cref="InvalidDataException">The input is not what Snappy writes.</exception>
    public static byte[] Decompress(ReadOnlySpan<byte> input)
    {
        var reader = new ByteReader(input);
        var length = reader.ReadVarint();
        if (length > (ulong)input.Length * LargestRatio)
        {
            throw new InvalidDataException($"a compressed block of {input.Length} bytes claims to hold {length}");
        }

        var output = new byte[length];
        var written = 0;
        while (reader.Left > 0)
        {
            var tag = reader.ReadByte();
            if ((tag & 3) == 0)
            {
                var count = LiteralLength(tag >> 2, ref reader);
                if (count > output.Length - written)
                {
                    throw new InvalidDataException("a compressed block holds more than it claims");
                }

                reader.Read((int)count).CopyTo(output.AsSpan(written));
                written += (int)count;
                continue;
            }

            var (size, offset) = (tag & 3) switch
            {
                1 => (4 + ((tag >> 2) & 7), (uint)(((tag >> 5) << 8) | reader.ReadByte())),
                2 => (1 + (tag >> 2), BinaryPrimitives.ReadUInt16LittleEndian(reader.Read(2))),
                _ => (1 + (tag >> 2), BinaryPrimitives.ReadUInt32LittleEndian(reader.Read(4))),
            };
            if (offset == 0 || offset > written || size > output.Length - written)
            {
                throw new InvalidDataException("a compressed block copies from outside itself");
            }

            // Byte by byte: a copy may overlap what it writes.
            for (var end = written + size; written < end; written++)
            {
                output[written] = output[written - (int)offset];
            }
        }

        return written == output.Length ? output : throw new InvalidDataException("a compressed block holds less than it claims");
    }

    private static long LiteralLength(int code, ref ByteReader reader)
    {
        const int LongestInTag = 59;
        if (code <= LongestInTag)
        {
            return code + 1;
        }

        long length = 0;
        var bytes = reader.Read(code - LongestInTag);
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            length = (length << 8) | bytes[i];
        }

        return length + 1;
    }
}
