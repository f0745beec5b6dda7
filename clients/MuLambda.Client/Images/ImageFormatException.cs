namespace MuLambda.Client.Images;

/// <summary>A file that cannot be read as an image; the message says why, and names the limit where one was hit.</summary>
/// <param name="error">What kind of fault it is.</param>
/// <param name="message">What is wrong, for people.</param>
/// <param name="inner">The fault beneath, where there is one.</param>
public sealed class ImageFormatException(ImageError error, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What kind of fault it is.</summary>
    public ImageError Error { get; } = error;
}
