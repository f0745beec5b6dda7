using System.CommandLine;
using System.Globalization;
using MuLambda.Benchmarks.Targets;
using Spectre.Console;

namespace MuLambda.Benchmarks.Serving;

/// <summary><c>serving</c>: how fast a model is served.</summary>
internal static class ServingCommand
{
    public static Command Create()
    {
        var models = new Option<string[]>("--model")
        {
            HelpName = "ZOO/NAME",
            Description = "A model of a zoo that has one input of images, repeatable.",
            DefaultValueFactory = _ => ["digits/digits-cnn", "vision/movenet-lightning", "vision/nanodet"],
        };
        models.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string[]>()?.FirstOrDefault(m => m.Split('/') is not [not "", not ""]) is { } wrong)
            {
                result.AddError($"--model: '{wrong}' is not ZOO/NAME.");
            }
        });
        var items = new Option<int[]>("--images") { HelpName = "N", Description = "Images in a call, repeatable.", DefaultValueFactory = _ => [1, 16] };
        var callers = new Option<int[]>("--callers") { HelpName = "N", Description = "Callers at a time, repeatable; the first one's latencies are shown.", DefaultValueFactory = _ => [1, 8, 32] };
        var rounds = new Option<int>("--rounds") { HelpName = "N", Description = "How often the targets take turns.", DefaultValueFactory = _ => 3 };
        var slice = new Option<double>("--seconds") { HelpName = "S", Description = "How long each turn lasts.", DefaultValueFactory = _ => 2 };
        var starts = new Option<int>("--starts") { HelpName = "N", Description = "Starts of the executor to time.", DefaultValueFactory = _ => 5 };
        AtLeast(items, 1);
        AtLeast(callers, 1);
        AtLeast(rounds, 1);
        AtLeast(starts, 0);
        slice.Validators.Add(result =>
        {
            if (result.Tokens is [var token]
                && !(double.TryParse(token.Value, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 3600))
            {
                result.AddError("--seconds must be above 0 and at most 3600.");
            }
        });
        var noNode = new Option<bool>("--no-node") { Description = "Leaves out Node's server." };
        var output = new Option<FileInfo?>("--out") { HelpName = "FILE", Description = "Writes the table there too." };
        var command = new Command("serving", "A model run directly, behind the executor (gRPC, REST) and behind Node's HTTP server.")
        {
            models, items, callers, rounds, slice, starts, noNode, output,
        };
        command.SetAction(async result =>
        {
            var options = new ServingOptions
            {
                Models = result.GetValue(models)!,
                Items = result.GetValue(items)!,
                Callers = result.GetValue(callers)!,
                Rounds = result.GetValue(rounds),
                Slice = TimeSpan.FromSeconds(result.GetValue(slice)),
                Starts = result.GetValue(starts),
                WithNode = !result.GetValue(noNode),
            };
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            var report = await console.Status().StartAsync(
                "starting", status => new ServingBenchmark(options, text => status.Status(Markup.Escape(text))).RunAsync());
            var markdown = report.ToMarkdown();
            await Console.Out.WriteAsync(markdown);
            if (result.GetValue(output) is { } file)
            {
                await File.WriteAllTextAsync(file.FullName, markdown);
            }
        });
        return command;
    }

    private static void AtLeast<T>(Option<T> option, int least) => option.Validators.Add(result =>
    {
        if (!result.Errors.Any())
        {
            var values = result.GetValueOrDefault<T>() switch { int one => [one], int[] many => many, _ => Array.Empty<int>() };
            if (values.Any(value => value < least))
            {
                result.AddError($"{option.Name} must be {least} at least.");
            }
        }
    });
}
