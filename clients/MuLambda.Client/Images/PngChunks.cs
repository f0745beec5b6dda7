using System.Buffers.Binary;

namespace MuLambda.Client.Images;

/// <summary>Reads a PNG chunk by chunk, counts its bytes against the limit and verifies each chunk's checksum.</summary>
internal sealed class PngChunks(Stream stream, long maxBytes)
{
    private static readonly uint[] CrcTable = BuildCrcTable();
    private long _bytes;
    private uint _crc;
    private int _remaining;

    /// <summary>The type of the chunk being read, such as <c>IDAT</c>.</summary>
    public string Type { get; private set; } = "";

    /// <summary>The data bytes the chunk declared.</summary>
    public int Length { get; private set; }

    public void ReadSignature()
    {
        ReadOnlySpan<byte> expected = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
        Span<byte> signature = stackalloc byte[8];
        var read = stream.ReadAtLeast(signature, signature.Length, throwOnEndOfStream: false);
        _bytes += read;
        if (!signature[..read].SequenceEqual(expected))
        {
            throw new ImageFormatException(ImageError.NotPng, "The file is not a PNG.");
        }
    }

    /// <summary>Goes to the next chunk; the one before must have been read or skipped.</summary>
    public void Next()
    {
        Span<byte> head = stackalloc byte[8];
        ReadExactly(head);
        var length = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (length > int.MaxValue)
        {
            throw Damaged("a chunk declares more than 2 GiB");
        }

        Length = _remaining = (int)length;
        Span<char> type = stackalloc char[4];
        for (var i = 0; i < 4; i++)
        {
            type[i] = (char)head[4 + i];
            if (!char.IsAsciiLetter(type[i]))
            {
                throw Damaged("a chunk's type is not four letters");
            }
        }

        Type = new string(type);
        if (_bytes + length > maxBytes)
        {
            throw TooLong();
        }

        _crc = Update(uint.MaxValue, head[4..]);
    }

    /// <summary>Reads up to <paramref name="buffer"/>'s length from the chunk's data; 0 at its end.</summary>
    public int Read(Span<byte> buffer)
    {
        var want = Math.Min(buffer.Length, _remaining);
        if (want == 0)
        {
            return 0;
        }

        ReadExactly(buffer[..want]);
        _crc = Update(_crc, buffer[..want]);
        _remaining -= want;
        return want;
    }

    /// <summary>Reads what is left of the chunk's data away and verifies the checksum.</summary>
    public void Finish()
    {
        Span<byte> scratch = stackalloc byte[512];
        while (Read(scratch) > 0)
        {
        }

        Span<byte> crc = stackalloc byte[4];
        ReadExactly(crc);
        if (BinaryPrimitives.ReadUInt32BigEndian(crc) != ~_crc)
        {
            throw Damaged($"the checksum of its {Type} chunk is wrong");
        }
    }

    public static ImageFormatException Damaged(string what, Exception? inner = null) =>
        new(ImageError.Damaged, $"The PNG is damaged: {what}.", inner);

    private void ReadExactly(Span<byte> buffer)
    {
        _bytes += buffer.Length;
        if (_bytes > maxBytes)
        {
            throw TooLong();
        }

        if (stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length)
        {
            throw Damaged("it ends too early");
        }
    }

    private ImageFormatException TooLong() =>
        new(ImageError.TooLarge, $"The PNG is longer than {maxBytes} bytes.");

    private static uint Update(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var b in data)
        {
            crc = CrcTable[(crc ^ b) & 0xFF] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] BuildCrcTable()
    {
        var table = new uint[256];
        for (var n = 0u; n < 256; n++)
        {
            var c = n;
            for (var bit = 0; bit < 8; bit++)
            {
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            }

            table[n] = c;
        }

        return table;
    }
}
