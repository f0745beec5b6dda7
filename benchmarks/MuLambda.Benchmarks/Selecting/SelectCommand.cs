using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace MuLambda.Benchmarks.Selecting;

/// <summary><c>select</c>: how fast the selector answers <c>POST /v1/select</c>.</summary>
internal static class SelectCommand
{
    public static Command Create()
    {
        var defaults = new SelectOptions();
        var executors = Number("--executors", "Executors in the registry.", defaults.Executors, 10_000);
        var connections = Number("--connections", "Connections that wrk keeps busy.", defaults.Connections, 10_000);
        var threads = Number("--threads", "Threads of wrk, at most one a connection.", defaults.Threads, 256);
        var rounds = Number("--rounds", "How often the two endpoints take turns.", defaults.Rounds, 1000);
        var seconds = Number("--seconds", "How long each turn lasts; wrk takes whole seconds.", (int)defaults.Slice.TotalSeconds, 3600);
        var policy = new Option<string>("--policy") { HelpName = "NAME", Description = "The selection policy.", DefaultValueFactory = _ => defaults.Policy };
        var selector = new Option<string[]>("--selector-argument")
        {
            HelpName = "ARGUMENT", Description = "A further argument of the selector, repeatable, such as --Selector:FeedbackRequests=1024.",
        };
        var output = new Option<FileInfo?>("--out") { HelpName = "FILE", Description = "Writes the table there too." };
        var command = new Command("select", "A selection over HTTP beside a constant answer of the same server, under wrk.")
        {
            executors, connections, threads, rounds, seconds, policy, selector, output,
        };
        command.SetAction(async result =>
        {
            if (Wrk.Missing() is { } missing)
            {
                await Console.Error.WriteLineAsync(missing);
                return 1;
            }

            var options = new SelectOptions
            {
                Executors = result.GetValue(executors),
                Connections = result.GetValue(connections),
                Threads = Math.Min(result.GetValue(threads), result.GetValue(connections)),
                Rounds = result.GetValue(rounds),
                Slice = TimeSpan.FromSeconds(result.GetValue(seconds)),
                Policy = result.GetValue(policy)!,
                SelectorArguments = result.GetValue(selector) ?? [],
            };
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            var report = await console.Status().StartAsync(
                "starting", status => new SelectBenchmark(options, text => status.Status(Markup.Escape(text))).RunAsync());
            var markdown = report.ToMarkdown();
            await Console.Out.WriteAsync(markdown);
            if (result.GetValue(output) is { } file)
            {
                await File.WriteAllTextAsync(file.FullName, markdown);
            }

            return 0;
        });
        return command;
    }

    private static Option<int> Number(string name, string description, int usual, int most)
    {
        var option = new Option<int>(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token]
                && !(int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= most))
            {
                result.AddError($"{name} must be from 1 to {most}.");
            }
        });
        return option;
    }
}
