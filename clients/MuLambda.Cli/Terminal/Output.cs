using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MuLambda.Cli.Commands;
using Spectre.Console;

namespace MuLambda.Cli.Terminal;

/// <summary>Writes results, as JSON or for people, and errors.</summary>
internal sealed class Output(CliConsole console, bool json, bool noColor)
{
    // Wide enough that no table loses or breaks a cell: a narrow terminal wraps the whole line instead.
    private const int TableWidth = 4000;

    /// <summary>Whether results are for a program.</summary>
    public bool IsJson => json;

    /// <summary>A console of standard error for progress; null where nobody watches.</summary>
    public IAnsiConsole? Progress => console.ErrorIsTerminal && !json ? Console(console.Error, isTerminal: true, width: null) : null;

    /// <summary>Writes a result: as JSON, or as <paramref name="text"/> shows it.</summary>
    public async Task WriteAsync<T>(T value, Func<CliJson, JsonTypeInfo<T>> type, Action<IAnsiConsole> text)
    {
        if (json)
        {
            await WriteJsonAsync(value, type);
        }
        else
        {
            using var written = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
            text(Console(written, console.OutIsTerminal, TableWidth));

            // A table fills its last column with blanks, which a narrow terminal would show as empty lines.
            var lines = written.ToString().Split('\n');
            await console.Out.WriteAsync(string.Join('\n', lines.Select(line => line.TrimEnd(' '))));
        }
    }

    public Task WriteJsonAsync<T>(T value, Func<CliJson, JsonTypeInfo<T>> type) =>
        console.Out.WriteLineAsync(JsonSerializer.Serialize(value, type(CliJson.Readable)));

    public async Task WriteFailureAsync(Failure failure, string? about = null)
    {
        if (json)
        {
            await console.Error.WriteLineAsync(JsonSerializer.Serialize(failure, CliJson.Readable.Failure));
            return;
        }

        var red = console.ErrorIsTerminal && HasColour;
        var lead = about is null ? "error: " : $"error: {about}: ";
        await console.Error.WriteAsync(red ? $"\e[31m{lead}\e[0m" : lead);
        foreach (var line in failure.Lines())
        {
            await console.Error.WriteLineAsync(line);
        }
    }

    /// <summary>A table without lines, whose columns a script can still cut.</summary>
    public static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.None).AddColumns(
            [.. columns.Select(column => new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))).NoWrap().PadRight(3))]);
        return table;
    }

    /// <summary>Names and values, one a line.</summary>
    public static Table Facts(params (string Name, string? Value)[] facts)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn(new TableColumn("").NoWrap().PadRight(3)).AddColumn("");
        foreach (var (name, value) in facts.Where(fact => !string.IsNullOrEmpty(fact.Value)))
        {
            table.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(value!));
        }

        return table;
    }

    private bool HasColour => !noColor && string.IsNullOrEmpty(console.Environment("NO_COLOR"));

    private IAnsiConsole Console(TextWriter writer, bool isTerminal, int? width)
    {
        var result = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal && HasColour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (width is { } columns)
        {
            result.Profile.Width = columns;
        }

        return result;
    }
}
