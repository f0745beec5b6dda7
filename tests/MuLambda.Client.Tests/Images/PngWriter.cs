using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MuLambda.Client.Tests.Images;

/// <summary>Writes PNGs of every kind, right ones and wrong ones.</summary>
internal sealed class PngWriter
{
    private readonly List<byte> _file = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public PngWriter Header(int width, int height, int depth = 8, int colour = 0, int interlace = 0)
    {
        var data = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(data, width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), height);
        (data[8], data[9], data[12]) = ((byte)depth, (byte)colour, (byte)interlace);
        return Chunk("IHDR", data);
    }

    /// <summary>Rows of raw bytes, each stored with the filter given for it.</summary>
    public PngWriter Rows(byte[][] rows, int distance, Func<int, int> filterOf, int chunks = 1)
    {
        using var raw = new MemoryStream();
        for (var y = 0; y < rows.Length; y++)
        {
            var filter = filterOf(y);
            raw.WriteByte((byte)filter);
            for (var i = 0; i < rows[y].Length; i++)
            {
                int left = i >= distance ? rows[y][i - distance] : 0;
                int up = y > 0 ? rows[y - 1][i] : 0;
                int corner = i >= distance && y > 0 ? rows[y - 1][i - distance] : 0;
                raw.WriteByte((byte)(rows[y][i] - Prediction(filter, left, up, corner)));
            }
        }

        return Data(raw.ToArray(), chunks);
    }

    public PngWriter Data(byte[] raw, int chunks = 1)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(raw);
        }

        var bytes = compressed.ToArray();
        var size = (bytes.Length + chunks - 1) / chunks;
        foreach (var part in bytes.Chunk(size))
        {
            Chunk("IDAT", part);
        }

        return this;
    }

    public PngWriter Chunk(string type, params byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        _file.AddRange(number);
        byte[] checkedBytes = [.. Encoding.ASCII.GetBytes(type), .. data];
        _file.AddRange(checkedBytes);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(checkedBytes));
        _file.AddRange(number);
        return this;
    }

    public byte[] End() => [.. Chunk("IEND")._file];

    private static int Prediction(int filter, int left, int up, int corner)
    {
        if (filter != 4)
        {
            return filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, _ => 0 };
        }

        var estimate = left + up - corner;
        return new[] { left, up, corner }.MinBy(neighbour => Math.Abs(estimate - neighbour));
    }

    private static uint Crc(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
            }
        }

        return ~crc;
    }
}
