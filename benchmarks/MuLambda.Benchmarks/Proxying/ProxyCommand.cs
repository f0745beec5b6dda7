using System.CommandLine;
using System.Globalization;
using MuLambda.Benchmarks.Selecting;
using Spectre.Console;

namespace MuLambda.Benchmarks.Proxying;

/// <summary><c>proxy</c>: what it costs to go through the selector.</summary>
internal static class ProxyCommand
{
    public static Command Create()
    {
        var defaults = new ProxyOptions();
        var models = new Option<string[]>("--model")
        {
            HelpName = "ZOO/NAME",
            Description = "A model of a zoo, repeatable; the digit classifiers also without their zoo.",
            DefaultValueFactory = _ => [.. defaults.Models],
        };
        var connections = Number("--connections", "Connections that wrk keeps busy.", defaults.Connections, 10_000);
        var threads = Number("--threads", "Threads of wrk, at most one a connection.", defaults.Threads, 256);
        var rounds = Number("--rounds", "How often the targets take turns.", defaults.Rounds, 1000);
        var seconds = Number("--seconds", "How long each turn lasts; wrk takes whole seconds.", (int)defaults.Slice.TotalSeconds, 3600);
        var warmUp = Number("--warm-up", "Seconds of load on each target before.", (int)defaults.WarmUp.TotalSeconds, 3600);
        var selector = new Option<string[]>("--selector-argument")
        {
            HelpName = "ARGUMENT", Description = "A further argument of the selector, repeatable, such as --Batching:Policy=none.",
        };
        var output = new Option<FileInfo?>("--out") { HelpName = "FILE", Description = "Writes the table there too." };
        var command = new Command("proxy", "The selector beside calling the executor itself (gRPC) and beside nginx in front of it (REST, under wrk).")
        {
            models, connections, threads, rounds, seconds, warmUp, selector, output,
        };
        command.SetAction(async result =>
        {
            if ((Wrk.Missing() ?? Nginx.Missing()) is { } missing)
            {
                await Console.Error.WriteLineAsync(missing);
                return 1;
            }

            var options = new ProxyOptions
            {
                Models = [.. result.GetValue(models)!.Select(model => model.Contains('/', StringComparison.Ordinal) ? model : $"digits/{model}")],
                Connections = result.GetValue(connections),
                Threads = Math.Min(result.GetValue(threads), result.GetValue(connections)),
                Rounds = result.GetValue(rounds),
                Slice = TimeSpan.FromSeconds(result.GetValue(seconds)),
                WarmUp = TimeSpan.FromSeconds(result.GetValue(warmUp)),
                SelectorArguments = result.GetValue(selector) ?? [],
            };
            var line = $"dotnet run -c Release --project benchmarks/MuLambda.Benchmarks -- {string.Join(' ', result.Tokens.Select(token => token.Value))}";
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            var report = await console.Status().StartAsync(
                "starting", status => new ProxyBenchmark(options, text => status.Status(Markup.Escape(text))).RunAsync(line));
            var markdown = report.ToMarkdown();
            await Console.Out.WriteAsync(markdown);
            if (result.GetValue(output) is { } file)
            {
                file.Directory?.Create();
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
