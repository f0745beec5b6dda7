namespace MuLambda.Client.Images;

/// <summary>The colour types, numbered as the header numbers them.</summary>
internal enum PngColour : byte
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    Rgba = 6,
}
