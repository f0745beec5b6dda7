using System.IO.Compression;
using System.Text;

namespace MuLambda.Cli.Experiments;

/// <summary>Writes the results of an experiment as files.</summary>
internal static class PaperReport
{
    /// <summary>Writes the tables, each file whole or not at all.</summary>
    /// <returns>Their paths.</returns>
    public static async Task<IReadOnlyList<string>> WriteTablesAsync(PaperResults results, string directory, CancellationToken cancellationToken) =>
    [
        await WriteAsync(directory, "results.csv", ResultsCsv.Cells(results), cancellationToken),
        await WriteAsync(directory, "load.csv.gz", ResultsCsv.Load(results), cancellationToken),
        await WriteAsync(directory, "summary.md", SummaryMarkdown.Lines(results), cancellationToken),
    ];

    /// <summary>Draws the figures, and writes the page with them.</summary>
    /// <returns>Its path.</returns>
    public static async Task<string> WritePageAsync(
        PaperResults results, string directory, ChartProgram charts, Func<Func<Task>, Task> installing, CancellationToken cancellationToken)
    {
        var sections = PageContent.Of(results);
        var drawn = await charts.DrawAsync(
            sections.SelectMany(section => section.AllFigures).Select(figure => figure.ToJson()), installing, cancellationToken);
        return await WriteAsync(directory, "index.html", HtmlPage.Lines(results, sections, drawn), cancellationToken);
    }

    /// <summary>Writes a file of lines whole or not at all.</summary>
    /// <returns>Its path.</returns>
    public static async Task<string> WriteAsync(
        string directory, string name, IEnumerable<string> lines, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, name);
        var unfinished = $"{path}.unfinished";
        await using (var file = File.Create(unfinished))
        await using (Stream? packed = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Optimal) : null)
        await using (var writer = new StreamWriter(packed ?? file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" })
        {
            foreach (var line in lines)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await writer.WriteLineAsync(line);
            }
        }

        File.Move(unfinished, path, overwrite: true);
        return path;
    }
}
