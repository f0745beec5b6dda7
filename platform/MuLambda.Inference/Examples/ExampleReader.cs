namespace MuLambda.Inference.Examples;

/// <summary>Finds features in a serialized example without making objects of what nobody asks for.</summary>
internal static class ExampleReader
{
    // Field numbers of Example, Features, its map's entries, and the wire types used.
    private const int Features = 1;
    private const int Entry = 1;
    private const int Key = 1;
    private const int Value = 2;
    private const int LengthDelimited = 2;

    /// <summary>Sets each feature that is there to its message; of two with one name, the last.</summary>
    /// <exception cref="InvalidDataException">The bytes are no example.</exception>
    public static void Find(ReadOnlyMemory<byte> example, byte[][] keys, Span<ReadOnlyMemory<byte>> found)
    {
        var fields = new ByteReader(example.Span);
        while (NextMessage(ref fields, Features, out var at, out var length))
        {
            var features = example.Slice(at, length);
            var entries = new ByteReader(features.Span);
            while (NextMessage(ref entries, Entry, out at, out length))
            {
                ReadEntry(features.Slice(at, length), keys, found);
            }
        }
    }

    /// <summary>Goes to the next length-delimited field of a number, past all others.</summary>
    /// <exception cref="InvalidDataException">The bytes are no message.</exception>
    public static bool NextMessage(ref ByteReader reader, int number, out int at, out int length)
    {
        while (reader.Left > 0)
        {
            var tag = reader.ReadVarint();
            if (tag == ((ulong)number << 3 | LengthDelimited))
            {
                length = reader.ReadLength();
                at = reader.Position;
                reader.Read(length);
                return true;
            }

            Skip(ref reader, tag);
        }

        (at, length) = (0, 0);
        return false;
    }

    /// <exception cref="InvalidDataException">The bytes are no message.</exception>
    public static void Skip(ref ByteReader reader, ulong tag)
    {
        if (tag >> 3 == 0)
        {
            throw new InvalidDataException("a field has the number 0");
        }

        switch (tag & 7)
        {
            case 0: reader.ReadVarint(); break;
            case 1: reader.Read(sizeof(ulong)); break;
            case LengthDelimited: reader.Read(reader.ReadLength()); break;
            case 5: reader.Read(sizeof(uint)); break;
            default: throw new InvalidDataException($"a field has the wire type {tag & 7}");
        }
    }

    private static void ReadEntry(ReadOnlyMemory<byte> entry, byte[][] keys, Span<ReadOnlyMemory<byte>> found)
    {
        ReadOnlyMemory<byte> key = default;
        ReadOnlyMemory<byte> value = default;
        var reader = new ByteReader(entry.Span);
        while (reader.Left > 0)
        {
            var tag = reader.ReadVarint();
            if (tag is (Key << 3 | LengthDelimited) or (Value << 3 | LengthDelimited))
            {
                var length = reader.ReadLength();
                var bytes = entry.Slice(reader.Position, length <= reader.Left ? length : reader.Left);
                reader.Read(length);
                (key, value) = tag >> 3 == Key ? (bytes, value) : (key, bytes);
            }
            else
            {
                Skip(ref reader, tag);
            }
        }

        for (var i = 0; i < keys.Length; i++)
        {
            if (key.Span.SequenceEqual(keys[i]))
            {
                found[i] = value;
            }
        }
    }
}
