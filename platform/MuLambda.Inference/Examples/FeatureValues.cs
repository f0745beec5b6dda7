using System.Buffers.Binary;

namespace MuLambda.Inference.Examples;

/// <summary>The values of one feature of one example: a list of bytes, of floats or of integers.</summary>
internal sealed class FeatureValues
{
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;
    private readonly List<ReadOnlyMemory<byte>> parts = [];

    private FeatureValues()
    {
    }

    /// <summary>string, float32 or int64; None where the feature holds no list.</summary>
    public DType Type { get; private set; }

    /// <summary>How many values there are.</summary>
    public int Count { get; private set; }

    /// <exception cref="InvalidDataException">The bytes are no feature.</exception>
    public static FeatureValues Read(ReadOnlyMemory<byte> feature)
    {
        var values = new FeatureValues();
        var reader = new ByteReader(feature.Span);
        while (reader.Left > 0)
        {
            var tag = reader.ReadVarint();
            if (tag is < (1 << 3 | LengthDelimited) or > (3 << 3 | LengthDelimited) || (tag & 7) != LengthDelimited)
            {
                ExampleReader.Skip(ref reader, tag);
                continue;
            }

            var type = (tag >> 3) switch { 1 => DType.String, 2 => DType.Float32, _ => DType.Int64 };
            if (values.Type != type)
            {
                // Of two kinds the last holds; two lists of one kind are one list.
                (values.Type, values.Count) = (type, 0);
                values.parts.Clear();
            }

            var length = reader.ReadLength();
            var at = reader.Position;
            reader.Read(length);
            values.parts.Add(feature.Slice(at, length));
            values.Count += values.CountIn(feature.Span.Slice(at, length));
        }

        return values;
    }

    public void CopyTo(Span<float> target)
    {
        foreach (var part in parts)
        {
            var reader = new ByteReader(part.Span);
            while (NextChunk(ref reader, Fixed32, out var chunk))
            {
                for (; chunk.Length > 0; chunk = chunk[sizeof(float)..], target = target[1..])
                {
                    target[0] = BinaryPrimitives.ReadSingleLittleEndian(chunk);
                }
            }
        }
    }

    public void CopyTo(Span<long> target)
    {
        foreach (var part in parts)
        {
            var reader = new ByteReader(part.Span);
            while (NextChunk(ref reader, 0, out var chunk))
            {
                for (var numbers = new ByteReader(chunk); numbers.Left > 0; target = target[1..])
                {
                    target[0] = unchecked((long)numbers.ReadVarint());
                }
            }
        }
    }

    public void CopyTo(Span<ReadOnlyMemory<byte>> target)
    {
        foreach (var part in parts)
        {
            var reader = new ByteReader(part.Span);
            for (; ExampleReader.NextMessage(ref reader, 1, out var at, out var length); target = target[1..])
            {
                target[0] = part.Slice(at, length);
            }
        }
    }

    private int CountIn(ReadOnlySpan<byte> list)
    {
        var count = 0;
        var reader = new ByteReader(list);
        if (Type == DType.String)
        {
            while (ExampleReader.NextMessage(ref reader, 1, out _, out _))
            {
                count++;
            }

            return count;
        }

        while (NextChunk(ref reader, Type == DType.Float32 ? Fixed32 : 0, out var chunk))
        {
            if (Type == DType.Float32)
            {
                count += chunk.Length % sizeof(float) == 0 ? chunk.Length / sizeof(float) : throw new InvalidDataException("a list of floats is cut");
            }
            else
            {
                for (var numbers = new ByteReader(chunk); numbers.Left > 0; count++)
                {
                    numbers.ReadVarint();
                }
            }
        }

        return count;
    }

    // Numbers stand packed in one field or each in a field of its own.
    private static bool NextChunk(ref ByteReader reader, int wireType, out ReadOnlySpan<byte> chunk)
    {
        while (reader.Left > 0)
        {
            var tag = reader.ReadVarint();
            if (tag == (1 << 3 | LengthDelimited))
            {
                chunk = reader.Read(reader.ReadLength());
                return true;
            }

            if (tag == (1u << 3 | (uint)wireType))
            {
                chunk = wireType == Fixed32 ? reader.Read(sizeof(float)) : reader.ReadVarintBytes();
                return true;
            }

            ExampleReader.Skip(ref reader, tag);
        }

        chunk = default;
        return false;
    }
}
