namespace MuLambda.Executor.Options;

/// <summary>A model to serve and where it comes from.</summary>
/// <param name="Name">The name requests use.</param>
/// <param name="Path">A directory or file, or null for the registry.</param>
/// <param name="Version">The registry's version, or null for what the policy says.</param>
internal sealed record ModelSource(string Name, string? Path, long? Version)
{
    /// <summary>True for a name with <c>*</c> or <c>?</c>: all models of the registry that match.</summary>
    public bool IsPattern => Path is null && Version is null && Name.AsSpan().ContainsAny('*', '?');

    /// <summary>What a name looks like, for errors.</summary>
    public static readonly string NameRule = $"1 to {MaxNameLength} letters, digits, '.', '_' and '-', beginning with a letter or digit";

    private const int MaxNameLength = 63;

    /// <summary>Reads <c>NAME=PATH</c>, <c>NAME@VERSION</c>, <c>NAME</c> or a glob of names.</summary>
    public static bool TryParse(string text, out ModelSource source, out string error)
    {
        (source, error) = (new ModelSource(text, null, null), string.Empty);
        if (text.IndexOf('=', StringComparison.Ordinal) is >= 0 and var equals)
        {
            source = new ModelSource(text[..equals], text[(equals + 1)..], null);
            error = source.Path!.Length == 0 ? $"'{text}' has no path behind '='." : string.Empty;
        }
        else if (text.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at)
        {
            var valid = long.TryParse(
                text.AsSpan(at + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var version)
                && version is >= 1 and < 1L << 53;
            source = new ModelSource(text[..at], null, version);
            error = valid ? string.Empty : $"'{text[(at + 1)..]}' is no version; expected 1 to 2^53-1.";
        }

        if (error.Length == 0 && !IsName(source.Name) && !(source.IsPattern && IsGlob(source.Name)))
        {
            error = $"'{source.Name}' is no model name; expected {NameRule}.";
        }

        return error.Length == 0;
    }

    public override string ToString() =>
        Path is not null ? $"{Name}={Path}" : Version is { } version ? $"{Name}@{version}" : Name;

    /// <summary>True for a name in which <c>*</c> and <c>?</c> may stand for characters.</summary>
    public static bool IsGlob(string text) =>
        text.Length is > 0 and <= MaxNameLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '*' or '?');

    /// <summary>True for what may be a model's name.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
