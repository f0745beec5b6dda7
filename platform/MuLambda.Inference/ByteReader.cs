using System.Buffers.Binary;

namespace MuLambda.Inference;

/// <summary>Reads bytes in order and never past their end.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    public int Position { get; private set; }

    public readonly int Left => bytes.Length - Position;

    /// <exception cref="InvalidDataException">Fewer bytes are left.</exception>
    public ReadOnlySpan<byte> Read(long count)
    {
        if (count < 0 || count > Left)
        {
            throw new InvalidDataException($"{count} bytes are needed where {Left} are left");
        }

        var read = bytes.Slice(Position, (int)count);
        Position += (int)count;
        return read;
    }

    /// <exception cref="InvalidDataException">No byte is left.</exception>
    public byte ReadByte() => Read(1)[0];

    /// <exception cref="InvalidDataException">Fewer bytes are left.</exception>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Read(sizeof(uint)));

    /// <summary>A number of up to 64 bits, seven a byte, the lowest first.</summary>
    /// <exception cref="InvalidDataException">The number has no end.</exception>
    public ulong ReadVarint() => TryReadVarint(out var value) ? value : throw new InvalidDataException("a number has no end within 64 bits");

    /// <summary>As <see cref="ReadVarint"/>, but false where the number has no end; the place is then undefined.</summary>
    public bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && Position < bytes.Length; shift += 7)
        {
            var next = bytes[Position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The bytes of a number, as they stand.</summary>
    /// <exception cref="InvalidDataException">The number has no end.</exception>
    public ReadOnlySpan<byte> ReadVarintBytes()
    {
        var start = Position;
        ReadVarint();
        return bytes[start..Position];
    }

    /// <summary>A varint that is a size or a place in these bytes' file.</summary>
    /// <exception cref="InvalidDataException">The number exceeds 2^31-1.</exception>
    public int ReadLength()
    {
        var value = ReadVarint();
        return value <= int.MaxValue ? (int)value : throw new InvalidDataException($"a length of {value} exceeds every file that is read");
    }
}
