using System.Buffers.Binary;

namespace MuLambda.Client.Images;

/// <summary>Turns restored rows into grey levels, by colour type, palette and transparency.</summary>
internal sealed class PngColours
{
    private readonly PngHeader _header;
    private readonly byte[] _greyOfIndex;
    private readonly int[]? _transparent;

    public PngColours(PngHeader header, byte[]? palette, byte[]? transparency)
    {
        _header = header;
        _greyOfIndex = header.Colour == PngColour.Palette ? GreyOfIndex(header, palette, transparency) : [];
        _transparent = TransparentColour(header, transparency);
    }

    public void ToGrey(ReadOnlySpan<byte> row, Span<byte> grey)
    {
        var channels = _header.Channels;
        for (var x = 0; x < grey.Length; x++)
        {
            var at = x * channels;
            if (IsTransparent(row, at))
            {
                grey[x] = 0;
                continue;
            }

            grey[x] = _header.Colour switch
            {
                PngColour.Grey => Level(row, at),
                PngColour.Rgb => Luma(Level(row, at), Level(row, at + 1), Level(row, at + 2)),
                PngColour.GreyAlpha => OverBlack(Level(row, at), Level(row, at + 1)),
                PngColour.Rgba => OverBlack(
                    Luma(Level(row, at), Level(row, at + 1), Level(row, at + 2)), Level(row, at + 3)),
                _ => OfIndex(Sample(row, at)),
            };
        }
    }

    private byte OfIndex(int index) => index < _greyOfIndex.Length
        ? _greyOfIndex[index]
        : throw PngChunks.Damaged($"a pixel has colour {index} of a palette of {_greyOfIndex.Length}");

    private bool IsTransparent(ReadOnlySpan<byte> row, int at)
    {
        if (_transparent is null)
        {
            return false;
        }

        for (var channel = 0; channel < _transparent.Length; channel++)
        {
            if (Sample(row, at + channel) != _transparent[channel])
            {
                return false;
            }
        }

        return true;
    }

    private int Sample(ReadOnlySpan<byte> row, int index)
    {
        var depth = _header.BitDepth;
        if (depth == 8)
        {
            return row[index];
        }

        if (depth == 16)
        {
            return BinaryPrimitives.ReadUInt16BigEndian(row[(index * 2)..]);
        }

        // Samples below a byte are packed from the high bits down.
        var bit = index * depth;
        return (row[bit / 8] >> (8 - depth - (bit % 8))) & ((1 << depth) - 1);
    }

    private byte Level(ReadOnlySpan<byte> row, int index)
    {
        var sample = Sample(row, index);
        return _header.BitDepth switch
        {
            8 => (byte)sample,
            16 => (byte)(sample >> 8),
            var depth => (byte)(sample * 255 / ((1 << depth) - 1)),
        };
    }

    private static byte Luma(int red, int green, int blue) =>
        (byte)(((299 * red) + (587 * green) + (114 * blue) + 500) / 1000);

    private static byte OverBlack(int grey, int alpha) => (byte)(((grey * alpha) + 127) / 255);

    private static byte[] GreyOfIndex(PngHeader header, byte[]? palette, byte[]? alpha)
    {
        if (palette is null || palette.Length == 0 || palette.Length % 3 != 0 || palette.Length / 3 > 1 << header.BitDepth)
        {
            throw PngChunks.Damaged("its palette is missing or does not fit its bit depth");
        }

        var grey = new byte[palette.Length / 3];
        for (var i = 0; i < grey.Length; i++)
        {
            var luma = Luma(palette[i * 3], palette[(i * 3) + 1], palette[(i * 3) + 2]);
            grey[i] = alpha is not null && i < alpha.Length ? OverBlack(luma, alpha[i]) : luma;
        }

        return grey;
    }

    private static int[]? TransparentColour(PngHeader header, byte[]? transparency)
    {
        if (transparency is null || header.Colour is not (PngColour.Grey or PngColour.Rgb))
        {
            return null;
        }

        if (transparency.Length != header.Channels * 2)
        {
            throw PngChunks.Damaged("its transparent colour has the wrong length");
        }

        var colour = new int[header.Channels];
        for (var channel = 0; channel < colour.Length; channel++)
        {
            colour[channel] = BinaryPrimitives.ReadUInt16BigEndian(transparency.AsSpan(channel * 2));
        }

        return colour;
    }
}
