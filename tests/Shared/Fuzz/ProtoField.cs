using System.Buffers.Binary;

namespace MuLambda.Tests.Fuzz;

/// <summary>
/// A field of a protocol buffers message, read without knowing the message's type: whatever can be taken for a message is.
/// </summary>
internal sealed class ProtoField
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Delimited = 2;
    public const int Fixed32 = 5;

    private const int MaxDepth = 24;
    private const int MaxNumber = 4096;

    public int Number { get; set; }

    public int Wire { get; set; }

    public ulong Value { get; set; }

    public byte[] Bytes { get; set; } = [];

    /// <summary>The fields of a nested message; null where the bytes are none.</summary>
    public List<ProtoField>? Children { get; set; }

    /// <summary>The fields of a message; null where the bytes are none.</summary>
    public static List<ProtoField>? Parse(ReadOnlyMemory<byte> bytes, int depth = 0)
    {
        var fields = new List<ProtoField>();
        var rest = bytes.Span;
        while (rest.Length > 0)
        {
            if (!TryVarint(ref rest, out var key) || key >> 3 is 0 or > MaxNumber)
            {
                return null;
            }

            var field = new ProtoField { Number = (int)(key >> 3), Wire = (int)(key & 7) };
            if (!field.TryRead(ref rest, bytes, depth))
            {
                return null;
            }

            fields.Add(field);
        }

        return fields;
    }

    public static byte[] Write(List<ProtoField> fields)
    {
        var stream = new MemoryStream();
        foreach (var field in fields)
        {
            field.Write(stream);
        }

        return stream.ToArray();
    }

    public ProtoField Clone() => new()
    {
        Number = Number,
        Wire = Wire,
        Value = Value,
        Bytes = Bytes,
        Children = Children?.ConvertAll(c => c.Clone()),
    };

    private bool TryRead(ref ReadOnlySpan<byte> rest, ReadOnlyMemory<byte> all, int depth)
    {
        switch (Wire)
        {
            case Varint:
                var read = TryVarint(ref rest, out var value);
                Value = value;
                return read;
            case Fixed64 when rest.Length >= 8:
                Value = BinaryPrimitives.ReadUInt64LittleEndian(rest);
                rest = rest[8..];
                return true;
            case Fixed32 when rest.Length >= 4:
                Value = BinaryPrimitives.ReadUInt32LittleEndian(rest);
                rest = rest[4..];
                return true;
            case Delimited when TryVarint(ref rest, out var length) && length <= (ulong)rest.Length:
                var content = all.Slice(all.Length - rest.Length, (int)length);
                Bytes = content.ToArray();
                Children = content.Length > 0 && depth < MaxDepth ? Parse(content, depth + 1) : null;
                rest = rest[(int)length..];
                return true;
            default:
                return false;
        }
    }

    private void Write(MemoryStream stream)
    {
        stream.Write(Interesting.Varint(((ulong)Number << 3) | (uint)Wire));
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(word, Value);
        switch (Wire)
        {
            case Varint:
                stream.Write(Interesting.Varint(Value));
                break;
            case Fixed64:
                stream.Write(word);
                break;
            case Fixed32:
                stream.Write(word[..4]);
                break;
            default:
                var content = Children is null ? Bytes : Write(Children);
                stream.Write(Interesting.Varint((ulong)content.Length));
                stream.Write(content);
                break;
        }
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(10, rest.Length); i++)
        {
            value |= (ulong)(rest[i] & 0x7f) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
