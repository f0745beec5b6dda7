namespace MuLambda.Catalog.Artifacts;

/// <summary>The form of an artifact's name, the same in every store.</summary>
public static class ArtifactKey
{
    /// <summary>The characters of a key.</summary>
    public const int MaxLength = 200;

    /// <summary>Throws where a key could leave its store, or would not be the same in every store.</summary>
    /// <param name="key">Segments of lower-case letters, digits, dots, hyphens and underscores with slashes between
    /// them; none begins or ends with a dot.</param>
    /// <exception cref="ArgumentException">It is not of that form.</exception>
    public static void Check(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length is 0 or > MaxLength || !key.Split('/').All(IsSegment))
        {
            throw new ArgumentException(
                $"An artifact's key is at most {MaxLength} characters: segments of lower-case letters, digits, dots, hyphens "
                + "and underscores, with slashes between them, none beginning or ending with a dot.",
                nameof(key));
        }
    }

    private static bool IsSegment(string segment) =>
        segment.Length > 0 && segment[0] != '.' && segment[^1] != '.'
        && segment.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_');
}
