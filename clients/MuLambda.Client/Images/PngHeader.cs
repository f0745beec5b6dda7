using System.Buffers.Binary;

namespace MuLambda.Client.Images;

/// <summary>The image header (IHDR), checked against the format's rules and the caller's limits.</summary>
internal sealed record PngHeader(int Width, int Height, int BitDepth, PngColour Colour)
{
    public const int Length = 13;

    public int Channels => Colour switch
    {
        PngColour.Rgb => 3,
        PngColour.GreyAlpha => 2,
        PngColour.Rgba => 4,
        _ => 1,
    };

    /// <summary>The bytes of a row before its filter was removed, without the filter's own byte.</summary>
    public int RowBytes => checked((int)((((long)Width * Channels * BitDepth) + 7) / 8));

    /// <summary>The distance to the same sample of the pixel on the left, which filters refer to.</summary>
    public int FilterDistance => Math.Max(1, Channels * BitDepth / 8);

    public static PngHeader Parse(ReadOnlySpan<byte> data, PngLimits limits)
    {
        var width = BinaryPrimitives.ReadUInt32BigEndian(data);
        var height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        var (depth, colour, compression, filter, interlace) = (data[8], (PngColour)data[9], data[10], data[11], data[12]);

        if (width == 0 || height == 0)
        {
            throw new ImageFormatException(ImageError.Damaged, "The PNG's header declares an image without pixels.");
        }

        if (width > limits.MaxWidth || height > limits.MaxHeight)
        {
            throw new ImageFormatException(
                ImageError.TooLarge,
                $"The image is {width} × {height} pixels; at most {limits.MaxWidth} × {limits.MaxHeight} are read.");
        }

        var depthIsAllowed = colour switch
        {
            PngColour.Grey => depth is 1 or 2 or 4 or 8 or 16,
            PngColour.Palette => depth is 1 or 2 or 4 or 8,
            PngColour.Rgb or PngColour.GreyAlpha or PngColour.Rgba => depth is 8 or 16,
            _ => false,
        };
        if (!depthIsAllowed || compression != 0 || filter != 0 || interlace > 1)
        {
            throw new ImageFormatException(
                ImageError.Damaged, $"The PNG's header declares colour type {(int)colour} with {depth} bits, which no PNG has.");
        }

        if (interlace == 1)
        {
            throw new ImageFormatException(ImageError.Unsupported, "The PNG is interlaced; save it without interlacing.");
        }

        return new PngHeader((int)width, (int)height, depth, colour);
    }
}
