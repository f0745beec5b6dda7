namespace MuLambda.Load;

/// <summary>An image of grey levels.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Levels">The grey levels, row by row; 0 is black, 255 is white.</param>
public sealed record GrayPixels(int Width, int Height, IReadOnlyList<byte> Levels);
