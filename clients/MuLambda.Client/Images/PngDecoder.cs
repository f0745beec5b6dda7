using System.IO.Compression;

namespace MuLambda.Client.Images;

/// <summary>
/// Decodes a PNG in one pass. Memory is the image's grey levels and two rows: the compressed data is inflated row by row
/// and never further than the header's dimensions, so that a small file cannot unfold into a large one.
/// </summary>
internal static class PngDecoder
{
    private const int MaxPaletteBytes = 256 * 3;

    public static GrayImage Decode(Stream stream, PngLimits limits)
    {
        var chunks = new PngChunks(stream, limits.MaxBytes);
        chunks.ReadSignature();
        var header = ReadHeader(chunks, limits);
        byte[]? palette = null;
        byte[]? transparency = null;
        for (chunks.Next(); chunks.Type != "IDAT"; chunks.Next())
        {
            switch (chunks.Type)
            {
                case "PLTE":
                    palette = ReadWhole(chunks, MaxPaletteBytes);
                    break;
                case "tRNS":
                    transparency = ReadWhole(chunks, 256);
                    break;
                case "IEND":
                    throw PngChunks.Damaged("it has no image data");
                default:
                    Skip(chunks);
                    break;
            }
        }

        var image = ReadPixels(chunks, header, new PngColours(header, palette, transparency));
        while (chunks.Type != "IEND")
        {
            Skip(chunks);
            chunks.Next();
        }

        chunks.Finish();
        return image;
    }

    private static PngHeader ReadHeader(PngChunks chunks, PngLimits limits)
    {
        chunks.Next();
        if (chunks.Type != "IHDR" || chunks.Length != PngHeader.Length)
        {
            throw PngChunks.Damaged("it does not begin with an image header");
        }

        return PngHeader.Parse(ReadWhole(chunks, PngHeader.Length), limits);
    }

    private static GrayImage ReadPixels(PngChunks chunks, PngHeader header, PngColours colours)
    {
        var data = new PngDataStream(chunks);
        var pixels = new byte[checked(header.Width * header.Height)];
        var (row, above) = (new byte[header.RowBytes], new byte[header.RowBytes]);
        try
        {
            using var inflated = new ZLibStream(data, CompressionMode.Decompress, leaveOpen: true);
            for (var y = 0; y < header.Height; y++)
            {
                var filter = inflated.ReadByte();
                if (filter < 0 || inflated.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
                {
                    throw PngChunks.Damaged($"its image data ends in row {y} of {header.Height}");
                }

                PngFilter.Restore(filter, row, above, header.FilterDistance);
                colours.ToGrey(row, pixels.AsSpan(y * header.Width, header.Width));
                (row, above) = (above, row);
            }

            if (inflated.ReadByte() >= 0)
            {
                throw PngChunks.Damaged("its image data is longer than its dimensions");
            }
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException && e.Source == typeof(ZLibStream).Assembly.GetName().Name))
        {
            // The second is what zlib's stream throws at a header that asks for a preset dictionary; its type is not public.
            throw PngChunks.Damaged("its image data does not decompress", e);
        }

        // What the compressed stream did not need of its chunks still has to pass their checksums.
        data.CopyTo(Stream.Null);
        return new GrayImage(header.Width, header.Height, pixels);
    }

    private static byte[] ReadWhole(PngChunks chunks, int maxLength)
    {
        if (chunks.Length > maxLength)
        {
            throw PngChunks.Damaged($"its {chunks.Type} chunk is longer than {maxLength} bytes");
        }

        var data = new byte[chunks.Length];
        chunks.Read(data);
        chunks.Finish();
        return data;
    }

    private static void Skip(PngChunks chunks)
    {
        // An upper-case first letter marks a chunk that must be understood.
        if (char.IsAsciiLetterUpper(chunks.Type[0]) && chunks.Type != "PLTE")
        {
            throw new ImageFormatException(
                ImageError.Unsupported, $"The PNG needs its {chunks.Type} chunk understood, which is not read here.");
        }

        chunks.Finish();
    }
}
