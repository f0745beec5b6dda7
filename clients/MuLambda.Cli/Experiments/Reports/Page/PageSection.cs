namespace MuLambda.Cli.Experiments;

/// <summary>A section of the page.</summary>
/// <param name="Id">Its anchor.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Html">What stands first in it, as HTML; may be empty.</param>
/// <param name="Figures">Its figures.</param>
internal sealed record PageSection(string Id, string Title, string Html, IReadOnlyList<Figure> Figures)
{
    /// <summary>Sections within it.</summary>
    public IReadOnlyList<PageSection> Sections { get; init; } = [];

    /// <summary>The figures of it and of all within it.</summary>
    public IEnumerable<Figure> AllFigures => Figures.Concat(Sections.SelectMany(section => section.AllFigures));
}
