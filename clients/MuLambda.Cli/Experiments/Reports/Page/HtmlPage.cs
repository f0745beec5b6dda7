using System.Text;

namespace MuLambda.Cli.Experiments;

/// <summary>The results as one HTML file that needs nothing else.</summary>
internal static class HtmlPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="results">The results.</param>
    /// <param name="sections">What stands in it.</param>
    /// <param name="drawn">The SVG of each figure, by its id.</param>
    public static IEnumerable<string> Lines(
        PaperResults results, IReadOnlyList<PageSection> sections, IReadOnlyDictionary<string, string> drawn)
    {
        var plan = results.Plan;
        return Lines(
            "MuLambda: the published evaluation, in virtual time",
            [
                Words.Of(
                    $"<p>{results.Cells.Count} cells, {plan.Policies.Count} policies, seeds {string.Join(", ", plan.Seeds)}, {plan.Requests} requests a stream. All of them count, from the first on. Policies meet the same requests with the same luck.</p>"),
                $"<p><code>{PageTables.Text(results.Command)}</code></p>",
            ],
            sections,
            drawn);
    }

    /// <summary>Writes a page.</summary>
    /// <param name="title">Its title, as text.</param>
    /// <param name="lead">What stands before the first section, as HTML.</param>
    /// <param name="sections">What stands in it.</param>
    /// <param name="drawn">The SVG of each figure, by its id.</param>
    public static IEnumerable<string> Lines(
        string title, IReadOnlyList<string> lead, IReadOnlyList<PageSection> sections, IReadOnlyDictionary<string, string> drawn) =>
    [
        "<!doctype html>",
        "<html lang=\"en\">",
        "<head>",
        "<meta charset=\"utf-8\">",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
        $"<title>{PageTables.Text(title)}</title>",
        $"<style>\n{PageStyle.Css}\n</style>",
        "</head>",
        "<body>",
        "<div class=\"page\">",
        $"<nav aria-label=\"Contents\">{Contents(sections)}</nav>",
        "<main>",
        $"<h1>{PageTables.Text(title)}</h1>",
        .. lead,
        .. sections.SelectMany(section => Section(section, 2, drawn)),
        "</main>",
        "</div>",
        "</body>",
        "</html>",
    ];

    private static string Contents(IReadOnlyList<PageSection> sections)
    {
        var html = new StringBuilder("<ol>");
        foreach (var section in sections)
        {
            html.Append($"<li><a href=\"#{section.Id}\">{PageTables.Text(Short(section.Title))}</a>");
            if (section.Sections.Count > 0)
            {
                html.Append(Contents(section.Sections));
            }

            html.Append("</li>");
        }

        return html.Append("</ol>").ToString();
    }

    // A heading's beginning says enough in the table of contents.
    private static string Short(string title) => title.Split(':')[0];

    private static IEnumerable<string> Section(PageSection section, int level, IReadOnlyDictionary<string, string> drawn)
    {
        yield return $"<section id=\"{section.Id}\"><h{level}>{PageTables.Text(section.Title)}</h{level}>";
        if (section.Html.Length > 0)
        {
            yield return section.Html;
        }

        foreach (var figure in section.Figures)
        {
            yield return $"<figure id=\"{figure.Id}\"><h4>{PageTables.Text(figure.Title)}</h4>";
            yield return drawn[figure.Id];
            yield return $"<figcaption>{PageTables.Text(figure.Caption)}</figcaption></figure>";
        }

        foreach (var line in section.Sections.SelectMany(inner => Section(inner, level + 1, drawn)))
        {
            yield return line;
        }

        yield return "</section>";
    }
}
