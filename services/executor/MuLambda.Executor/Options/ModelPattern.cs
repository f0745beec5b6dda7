using System.IO.Enumeration;

namespace MuLambda.Executor.Options;

/// <summary>Names models of the registry: all that match, now and later.</summary>
/// <param name="Glob">A name in which <c>*</c> stands for any characters and <c>?</c> for one.</param>
internal sealed record ModelPattern(string Glob)
{
    /// <summary>Which versions of each are wanted.</summary>
    public VersionPolicy Policy { get; init; } = VersionPolicy.LatestOne;

    /// <summary>Globs of names that are not meant.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    public bool Matches(string name) => Matches(Glob, name) && !Excluded.Any(excluded => Matches(excluded, name));

    private static bool Matches(string glob, string name) => FileSystemName.MatchesSimpleExpression(glob, name, ignoreCase: false);
}
