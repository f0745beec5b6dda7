using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using MuLambda.Cli.Experiments;
using MuLambda.Cli.Terminal;
using Spectre.Console;

namespace MuLambda.Benchmarks.Batching;

/// <summary><c>batching</c>: the default batch policy beside settings chosen by hand.</summary>
internal static class BatchingCommand
{
    private static readonly TimeSpan SimulatedTime = TimeSpan.FromSeconds(58);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var defaults = new BatchingOptions();
        var models = new Option<string[]>("--model")
        {
            HelpName = "ZOO/NAME",
            Description = "A model of a zoo that takes batches, repeatable; the digit classifiers also without their zoo.",
            DefaultValueFactory = _ => [.. defaults.Models],
        };
        var loads = List("--loads", "X,X,..", "Loads, as shares of what the executor answers without batches; if not given, --simulated adds some that batches are needed for.", "0.2,0.5,0.8,1.0,1.5");
        Check(loads, word => Load(word) is > 0 and <= 100, "a load is a number above 0 and up to 100");
        var arrivals = List("--arrivals", "KIND,..", "How requests come: poisson, bursts.", string.Join(',', ArrivalKind.All.Select(a => a.Name)));
        Check(arrivals, word => ArrivalKind.All.Any(kind => kind.Name == word), "there are poisson and bursts");
        var policies = List("--policies", "NAME,..", $"Batch policies: {PolicySetting.Expected}.", "none,fixed,aimd,adaptive");
        Check(policies, word => PolicySetting.Parse(word).Count > 0, $"there are {PolicySetting.Expected}");
        var seconds = Number<double?>("--seconds", "How long each cell is measured; bursts for whole periods. Default: 8, simulated 58.", null, 0.1, 3600);
        var warmUp = Number("--warm-up", "Seconds of the same load before.", defaults.WarmUp.TotalSeconds, 0, 3600);
        var selectorWarmUp = Number("--selector-warm-up", "Seconds that each selector is saturated at first.", defaults.SelectorWarmUp.TotalSeconds, 0.1, 3600);
        var rounds = Number("--rounds", "How often the policies take turns.", defaults.Rounds, 1, 1000);
        var items = Number("--items", "Examples of a request; 1 with --simulated.", defaults.Items, 1, 128);
        var callers = Number("--callers", "Callers of the closed loop that saturates the executor.", defaults.Callers, 1, 1000);
        var seed = Number("--seed", "Decides when requests come.", defaults.Seed, 0, long.MaxValue);
        var sparse = new Option<bool>("--sparse-median")
        {
            Description = "The objective is three times the median of requests at a tenth of the capacity, not of one caller in a closed loop.",
        };
        var simulated = new Option<bool>("--simulated") { Description = "In virtual time, for executors as with a graphics processor and without." };
        var output = new Option<DirectoryInfo?>("--out") { HelpName = "DIR", Description = "Writes summary.md, result.json and index.html there." };
        var command = new Command("batching", "The default batch policy beside settings chosen by hand, under loads up to more than an executor can bear.")
        {
            models, loads, arrivals, policies, seconds, warmUp, selectorWarmUp, rounds, items, callers, seed, sparse, simulated, output,
        };
        command.Validators.Add(result =>
        {
            // The default of an option that was not given is no value here.
            if (result.GetValue(simulated) && result.GetResult(items) is { Implicit: false } given && given.GetValueOrDefault<int>() != 1)
            {
                result.AddError("--items is for real executors: in virtual time requests have one example.");
            }
        });
        command.SetAction(async result =>
        {
            var isSimulated = result.GetValue(simulated);
            var options = new BatchingOptions
            {
                Models = [.. result.GetValue(models)!.Select(model => model.Contains('/', StringComparison.Ordinal) ? model : $"digits/{model}")],
                HasUsualLoads = result.GetResult(loads) is null or { Implicit: true },
                Loads = [.. Words(result.GetValue(loads)!).Select(word => Load(word)!.Value).Order()],
                Arrivals = [.. Words(result.GetValue(arrivals)!).Select(word => ArrivalKind.All.First(kind => kind.Name == word))],
                Settings = [.. Words(result.GetValue(policies)!).SelectMany(PolicySetting.Parse).Distinct()],
                Measured = result.GetValue(seconds) is { } time ? TimeSpan.FromSeconds(time) : isSimulated ? SimulatedTime : defaults.Measured,
                WarmUp = TimeSpan.FromSeconds(result.GetValue(warmUp)),
                SelectorWarmUp = TimeSpan.FromSeconds(result.GetValue(selectorWarmUp)),
                Rounds = result.GetValue(rounds),
                Items = result.GetValue(items),
                Callers = result.GetValue(callers),
                Seed = result.GetValue(seed),
                MedianOfSparse = result.GetValue(sparse),
            };
            var line = $"dotnet run -c Release --project benchmarks/MuLambda.Benchmarks -- {string.Join(' ', result.Tokens.Select(token => token.Value))}";
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            await console.Status().StartAsync("starting", async status =>
            {
                void Progress(string text) => status.Status(Markup.Escape(text));
                var report = isSimulated
                    ? new SimulatedBatching(options, Progress).Run(line)
                    : await new BatchingBenchmark(options, Progress).RunAsync(line);
                await Console.Out.WriteAsync(report.ToMarkdown());
                if (result.GetValue(output) is { } directory)
                {
                    await WriteAsync(report, directory, Progress);
                }
            });
            return 0;
        });
        return command;
    }

    /// <summary>Writes what was measured as files.</summary>
    internal static async Task WriteAsync(BatchingReport report, DirectoryInfo directory, Action<string> progress)
    {
        directory.Create();
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "summary.md"), report.ToMarkdown());
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "result.json"), JsonSerializer.Serialize(report, Json) + "\n");

        // Last: what is measured is kept where Node is missing.
        progress("drawing");
        await PaperReport.WriteAsync(
            directory.FullName,
            "index.html",
            await BatchingPage.LinesAsync(report, new ChartProgram(CliConsole.OfProcess()), progress),
            CancellationToken.None);
    }

    private static string[] Words(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static double? Load(string word) =>
        double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var load) ? load : null;

    private static Option<string> List(string name, string help, string description, string usual) =>
        new(name) { HelpName = help, Description = description, DefaultValueFactory = _ => usual };

    private static void Check(Option<string> option, Func<string, bool> isRight, string expected) => option.Validators.Add(result =>
    {
        var words = Words(result.GetValueOrDefault<string>() ?? "");
        if (words.Length == 0 || !words.All(isRight))
        {
            result.AddError($"{option.Name}: '{words.FirstOrDefault(word => !isRight(word))}' is wrong; {expected}.");
        }
    });

    private static Option<T> Number<T>(string name, string description, T usual, double least, double most)
    {
        var option = new Option<T>(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token]
                && !(double.TryParse(token.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} must be a number from {least} to {most}."));
            }
        });
        return option;
    }
}
