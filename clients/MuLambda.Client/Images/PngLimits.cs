namespace MuLambda.Client.Images;

/// <summary>What a PNG may ask for before it is refused; memory is bounded by these, whatever the file says.</summary>
/// <param name="MaxWidth">The widest image, in pixels.</param>
/// <param name="MaxHeight">The highest image, in pixels.</param>
/// <param name="MaxBytes">The longest file, in bytes.</param>
public sealed record PngLimits(int MaxWidth = 4096, int MaxHeight = 4096, long MaxBytes = 16 * 1024 * 1024)
{
    /// <summary>4096 × 4096 pixels, 16 MiB.</summary>
    public static PngLimits Default { get; } = new();
}
