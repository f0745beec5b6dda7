namespace MuLambda.Client.Images;

/// <summary>An image of 8-bit grey levels, row by row from the top left; 0 is black, 255 is white.</summary>
public sealed class GrayImage
{
    private readonly byte[] _pixels;

    internal GrayImage(int width, int height, byte[] pixels)
    {
        Width = width;
        Height = height;
        _pixels = pixels;
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The grey levels: <see cref="Width"/> × <see cref="Height"/> bytes.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>
    /// Decodes a PNG that is not interlaced, of any colour type and bit depth. Colours become their luma (Rec. 601),
    /// 16-bit samples lose their low byte, and what is transparent is black.
    /// </summary>
    /// <param name="stream">The PNG, from its first byte; left open.</param>
    /// <param name="limits">What is accepted at most; <see cref="PngLimits.Default"/> where null.</param>
    /// <returns>The image.</returns>
    /// <exception cref="ImageFormatException">The stream is no PNG, is damaged, unsupported or over a limit.</exception>
    public static GrayImage DecodePng(Stream stream, PngLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return PngDecoder.Decode(stream, limits ?? PngLimits.Default);
    }

    /// <summary>The grey levels scaled to [0, 1], as image models read them: shape [height, width, 1].</summary>
    /// <returns>The tensor of one image, without a batch dimension.</returns>
    public TensorData ToTensor()
    {
        var values = new float[_pixels.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _pixels[i] / 255f;
        }

        return TensorData.Create(values, Height, Width, 1);
    }
}
