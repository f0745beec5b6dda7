using MuLambda.Client.Tests.Images;

namespace MuLambda.Cli.Tests.Platform;

/// <summary>Images of 28 × 28 pixels.</summary>
internal static class Digit
{
    /// <summary>An image of one grey level.</summary>
    public static byte[] Of(byte level, int width = 28, int height = 28) => new PngWriter().Header(width, height)
        .Rows([.. Enumerable.Range(0, height).Select(_ => Enumerable.Repeat(level, width).ToArray())], 1, _ => 0).End();
}
