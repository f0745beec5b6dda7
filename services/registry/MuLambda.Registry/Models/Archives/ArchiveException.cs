namespace MuLambda.Registry.Models.Archives;

/// <summary>An archive that cannot or must not be unpacked; the message names the entry and the limit.</summary>
internal sealed class ArchiveException(string message, bool tooLarge = false, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Whether it is only too large.</summary>
    public bool TooLarge => tooLarge;
}
