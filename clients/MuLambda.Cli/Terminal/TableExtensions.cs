using Spectre.Console;

namespace MuLambda.Cli.Terminal;

/// <summary>Rows of plain text: what the platform says is never taken as markup.</summary>
internal static class TableExtensions
{
    public static void AddTexts(this Table table, params string?[] cells) =>
        table.AddRow([.. cells.Select(cell => new Text(cell ?? ""))]);
}
