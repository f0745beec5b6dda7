namespace MuLambda.Cli.Experiments;

/// <summary>Lines of a table in Markdown.</summary>
internal static class MarkdownTable
{
    public static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    public static string Rule(int columns) => $"|{string.Concat(Enumerable.Repeat("---|", columns))}";
}
