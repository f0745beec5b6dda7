namespace MuLambda.Client.Images;

/// <summary>Why an image cannot be read.</summary>
public enum ImageError
{
    /// <summary>It is another kind of file.</summary>
    NotPng,

    /// <summary>It is a PNG of a kind that is not read here, such as an interlaced one.</summary>
    Unsupported,

    /// <summary>It ends too early, fails its checksums, or contradicts itself.</summary>
    Damaged,

    /// <summary>It is over a limit.</summary>
    TooLarge,
}
