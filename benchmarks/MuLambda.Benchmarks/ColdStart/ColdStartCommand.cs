using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace MuLambda.Benchmarks.ColdStart;

/// <summary><c>coldstart</c>: how long it takes from the decision to serve a model to its first answer.</summary>
internal static class ColdStartCommand
{
    private const int MostRounds = 1000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var defaults = new ColdStartOptions();
        var models = new Option<string[]>("--model")
        {
            HelpName = "ZOO/NAME",
            Description = "A model of a zoo that has one input of images, repeatable; the digit classifiers also without their zoo.",
            DefaultValueFactory = _ => [.. defaults.Models],
        };
        var rounds = new Option<int>("--rounds") { HelpName = "N", Description = "How often each kind of start takes its turn.", DefaultValueFactory = _ => defaults.Rounds };
        rounds.Validators.Add(result =>
        {
            if (result.Tokens is [var token]
                && !(int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is >= 1 and <= MostRounds))
            {
                result.AddError($"--rounds must be from 1 to {MostRounds}.");
            }
        });
        var output = new Option<DirectoryInfo?>("--out") { HelpName = "DIR", Description = "Writes summary.md and result.json there." };
        var command = new Command("coldstart", "From the decision to the first answer: in a fresh process and in a prestarted one, with caches and without.")
        {
            models, rounds, output,
        };
        command.SetAction(async result =>
        {
            var options = new ColdStartOptions
            {
                Models = [.. result.GetValue(models)!.Select(model => model.Contains('/', StringComparison.Ordinal) ? model : $"digits/{model}")],
                Rounds = result.GetValue(rounds),
            };
            var line = $"dotnet run -c Release --project benchmarks/MuLambda.Benchmarks -- {string.Join(' ', result.Tokens.Select(token => token.Value))}";
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            var report = await console.Status().StartAsync(
                "starting", status => new ColdStartBenchmark(options, text => status.Status(Markup.Escape(text))).RunAsync(line));
            await Console.Out.WriteAsync(report.ToMarkdown());
            if (result.GetValue(output) is { } directory)
            {
                await WriteAsync(report, directory);
            }

            return 0;
        });
        return command;
    }

    /// <summary>Writes what was measured as files.</summary>
    internal static async Task WriteAsync(ColdStartReport report, DirectoryInfo directory)
    {
        directory.Create();
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "summary.md"), report.ToMarkdown());
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "result.json"), JsonSerializer.Serialize(report, Json) + "\n");
    }
}
