using System.Buffers.Binary;
using System.Text;

namespace MuLambda.Inference.SavedModels.Bundles;

/// <summary>
/// A sorted-string table: blocks of entries whose keys share prefixes, an index block that finds them, a footer that finds the
/// index. Keys are bytes; they are kept as Latin-1 text, which maps each byte to one character.
/// </summary>
internal static class SortedTable
{
    private const int FooterLength = 48;
    private const int TrailerLength = 5;
    private const ulong Magic = 0xDB4775248B80FB57;

    // What a table may unpack to: real ones stay below eight times their size.
    private const long LargestRatio = 64;

    /// <exception cref="InvalidDataException">The bytes are no such table.</exception>
    public static Dictionary<string, ReadOnlyMemory<byte>> Read(byte[] file)
    {
        if (file.Length < FooterLength || BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(file.Length - sizeof(ulong))) != Magic)
        {
            throw new InvalidDataException("it is no sorted-string table: the mark at its end is missing");
        }

        var footer = new ByteReader(file.AsSpan(file.Length - FooterLength));
        // The first handle is of a block about the table itself, which nobody fills.
        footer.ReadLength();
        footer.ReadLength();
        var budget = (file.Length * LargestRatio) + (64 << 10);
        var entries = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        string? last = null;
        foreach (var (_, handle) in ReadBlock(file, ref footer, ref budget))
        {
            var at = new ByteReader(handle.Span);
            foreach (var (key, value) in ReadBlock(file, ref at, ref budget))
            {
                if (last is not null && string.CompareOrdinal(last, key) >= 0)
                {
                    throw new InvalidDataException("its keys are not in order");
                }

                entries.Add(key, value);
                last = key;
            }
        }

        return entries;
    }

    private static List<(string Key, ReadOnlyMemory<byte> Value)> ReadBlock(byte[] file, ref ByteReader handle, ref long budget)
    {
        var (offset, size) = (handle.ReadLength(), handle.ReadLength());
        if (offset > file.Length - FooterLength - TrailerLength || size > file.Length - FooterLength - TrailerLength - offset)
        {
            throw new InvalidDataException($"it has no block of {size} bytes at {offset}");
        }

        // The checksum covers the byte that tells the compression too.
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(offset + size + 1));
        if (Crc32C.Masked(file.AsSpan(offset, size + 1)) != stored)
        {
            throw new InvalidDataException($"the checksum of its block at {offset} does not match; it is damaged");
        }

        ReadOnlyMemory<byte> block = file[offset + size] switch
        {
            0 => file.AsMemory(offset, size),
            1 => Snappy.Decompress(file.AsSpan(offset, size)),
            var other => throw new InvalidDataException($"its block at {offset} is compressed in the way {other}, which is not known"),
        };
        Spend(ref budget, block.Length);
        return ReadEntries(block, ref budget);
    }

    private static List<(string Key, ReadOnlyMemory<byte> Value)> ReadEntries(ReadOnlyMemory<byte> block, ref long budget)
    {
        if (block.Length < sizeof(uint))
        {
            throw new InvalidDataException("it has an empty block");
        }

        // Restart points serve binary search; what is read from the start needs only their number.
        var restarts = BinaryPrimitives.ReadUInt32LittleEndian(block.Span[^sizeof(uint)..]);
        var end = block.Length - sizeof(uint) - ((long)restarts * sizeof(uint));
        if (end < 0)
        {
            throw new InvalidDataException($"it has a block of {block.Length} bytes with {restarts} restart points");
        }

        var entries = new List<(string, ReadOnlyMemory<byte>)>();
        var key = new List<byte>();
        var reader = new ByteReader(block.Span[..(int)end]);
        while (reader.Left > 0)
        {
            var (shared, added, length) = (reader.ReadLength(), reader.ReadLength(), reader.ReadLength());
            if (shared > key.Count)
            {
                throw new InvalidDataException("it has a key that shares more with the one before than that has");
            }

            key.RemoveRange(shared, key.Count - shared);
            key.AddRange(reader.Read(added));
            reader.Read(length);
            Spend(ref budget, key.Count);
            entries.Add((Latin1(key), block.Slice(reader.Position - length, length)));
        }

        return entries;
    }

    /// <summary>Bytes of a key as it is looked up.</summary>
    public static string Key(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private static string Latin1(List<byte> bytes) => Key(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));

    private static void Spend(ref long budget, int bytes)
    {
        budget -= bytes;
        if (budget < 0)
        {
            throw new InvalidDataException($"it unpacks to more than {LargestRatio} times its size");
        }
    }
}
