using System.Text.Json;
using MuLambda.Cli.Experiments;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli.Load;

/// <summary>Writes what a load measured as files.</summary>
internal static class LoadReport
{
    public const string ResultFile = "result.json";
    public const string SummaryFile = "summary.md";
    public const string PageFile = "index.html";

    /// <summary>Writes the result as JSON and as a table.</summary>
    /// <returns>The paths.</returns>
    public static async Task<IReadOnlyList<string>> WriteTablesAsync(LoadOutcome outcome, string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        return
        [
            await PaperReport.WriteAsync(directory, ResultFile, [JsonSerializer.Serialize(outcome, CliJson.Readable.LoadOutcome)], cancellationToken),
            await PaperReport.WriteAsync(directory, SummaryFile, Summary(outcome), cancellationToken),
        ];
    }

    /// <summary>Draws the figures, and writes the page with them.</summary>
    /// <returns>Its path.</returns>
    public static async Task<string> WritePageAsync(
        LoadOutcome outcome, string directory, ChartProgram charts, Func<Func<Task>, Task> installing, CancellationToken cancellationToken)
    {
        var sections = LoadPage.Sections(outcome);
        var drawn = await charts.DrawAsync(
            sections.SelectMany(section => section.AllFigures).Select(figure => figure.ToJson()), installing, cancellationToken);
        return await PaperReport.WriteAsync(
            directory, PageFile, HtmlPage.Lines(LoadPage.Title(outcome), LoadPage.Lead(outcome), sections, drawn), cancellationToken);
    }

    private static IEnumerable<string> Summary(LoadOutcome outcome)
    {
        var columns = LoadTable.Columns(outcome);
        return
        [
            $"# {LoadPage.Title(outcome)}",
            "",
            $"{outcome.Load}; {outcome.Protocol}.",
            "",
            Line(columns),
            $"|---|{string.Concat(Enumerable.Repeat("--:|", columns.Count - 1))}",
            .. LoadTable.Rows(outcome).Select(Line),
            .. LoadTable.Notes(outcome).SelectMany(note => new[] { "", note }),
        ];
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(cell => cell.Trim().Replace("|", "\\|", StringComparison.Ordinal)))} |";
}
