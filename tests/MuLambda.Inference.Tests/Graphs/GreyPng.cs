using System.Buffers.Binary;
using System.IO.Compression;

namespace MuLambda.Inference.Tests.Graphs;

/// <summary>Reads the samples: PNGs of 8-bit grey, not interlaced.</summary>
internal static class GreyPng
{
    public static float[] Read(string file)
    {
        var bytes = File.ReadAllBytes(file);
        int width = 0, height = 0;
        using var data = new MemoryStream();
        for (var at = 8; at < bytes.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            var body = bytes.AsSpan(at + 8, length);
            switch (System.Text.Encoding.ASCII.GetString(bytes, at + 4, 4))
            {
                case "IHDR":
                    (width, height) = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]));
                    body[8..].ToArray().ShouldBe([8, 0, 0, 0, 0], "8-bit grey, not interlaced");
                    break;
                case "IDAT":
                    data.Write(body);
                    break;
            }

            at += 12 + length;
        }

        data.Position = 0;
        using var inflated = new ZLibStream(data, CompressionMode.Decompress);
        return [.. Unfilter(inflated, width, height).Select(b => b / 255f)];
    }

    private static byte[] Unfilter(Stream rows, int width, int height)
    {
        var image = new byte[width * height];
        for (var y = 0; y < height; y++)
        {
            var filter = rows.ReadByte();
            var row = image.AsSpan(y * width, width);
            rows.ReadExactly(row);
            for (var x = 0; x < width; x++)
            {
                int left = x > 0 ? row[x - 1] : 0, up = y > 0 ? image[((y - 1) * width) + x] : 0;
                var corner = x > 0 && y > 0 ? image[((y - 1) * width) + x - 1] : 0;
                row[x] += (byte)(filter switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, corner) });
            }
        }

        return image;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var (a, b, c) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - (2 * corner)));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
