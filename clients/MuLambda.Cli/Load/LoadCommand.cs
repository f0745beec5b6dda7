using System.CommandLine;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Experiments;
using MuLambda.Cli.Terminal;
using MuLambda.Load;
using Spectre.Console;

namespace MuLambda.Cli.Load;

/// <summary><c>mulambda load</c>: puts servers under load, and measures them without coordinated omission.</summary>
internal sealed class LoadCommand
{
    // Who has pressed Ctrl+C does not wait long for a page.
    private static readonly TimeSpan PageAfterStop = TimeSpan.FromSeconds(8);

    private readonly TargetOptions _targets = new();
    private readonly LoadOptions _load = new();

    private readonly Option<string?> _out = new("--out") { Description = "Where the result is written [default: load]", HelpName = "DIR" };

    private readonly Option<bool> _noPage = new("--no-page") { Description = "Leave out the HTML page, for whose figures Node is needed" };

    public static Command Create(MuLambdaCli cli)
    {
        var load = new LoadCommand();
        var command = new CliCommand(
            "load",
            "Put a server of TensorFlow Serving's API under load and measure throughput, goodput, latencies and errors. In an open loop (--rate, --trace) requests "
            + "are sent when they are due, whatever became of those before, and latencies count from then: a server that stalls cannot hide it. Ctrl+C ends "
            + "a run early and keeps what was measured. Writes JSON, a table and a page with figures to DIR",
            "mulambda load http://localhost:8501 --model digits-cnn --rate 200 --slo-ms 20",
            "mulambda load http://localhost:8500 --protocol grpc --model digits-cnn --rate 500 --arrivals bursts --duration 60s",
            "mulambda load unix:/tmp/executor.sock --protocol grpc --model digits-cnn --concurrency 8 --items 16",
            "mulambda load http://localhost:8501 --model digits-cnn --image models/digits/samples --trace arrivals.csv --out /tmp/load",
            "mulambda load http://localhost:8501 --vs http://localhost:8601 --model digits-cnn --rate 200 --seed 7");
        load._targets.AddTo(command);
        load._load.AddTo(command);
        command.Add(load._out);
        command.Add(load._noPage);
        cli.Handle(command, load.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var directory = context.Console.Resolve(context.Get(_out) ?? "load");
        var (targets, plan) = await _targets.ConnectAsync(context, _load.Read(context), _load.HasItems(context), cancellationToken);
        IReadOnlyList<LoadResult> runs;
        try
        {
            // What cannot be written is told before the load, not after it.
            Directory.CreateDirectory(directory);
            runs = await RunAsync(context, targets, plan, cancellationToken);
        }
        finally
        {
            foreach (var target in targets)
            {
                target.Dispose();
            }
        }

        var outcome = new LoadOutcome(_targets.Model(context), _targets.Protocol(context), _load.Describe(context, plan), plan.SloMs, plan.Seed, runs);
        outcome = outcome with { Files = await WriteAsync(context, outcome, directory, cancellationToken) };
        await context.Output.WriteAsync(outcome, json => json.LoadOutcome, console => Write(console, outcome));
        return cancellationToken.IsCancellationRequested ? ExitCodes.Interrupted
            : runs.Any(run => run is { Answered: 0, Due: > 0 }) ? ExitCodes.Failed
            : ExitCodes.Ok;
    }

    private static async Task<IReadOnlyList<LoadResult>> RunAsync(
        CommandContext context, IReadOnlyList<ILoadTarget> targets, LoadPlan plan, CancellationToken cancellationToken)
    {
        if (context.Output.Progress is not { } terminal)
        {
            return await RunAsync(targets, plan, new LoadLines(context.Output.IsJson ? TextWriter.Null : context.Console.Error), cancellationToken);
        }

        return await terminal.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn())
            .StartAsync(async bars =>
            {
                var bar = new LoadBar(bars);
                var runs = await RunAsync(targets, plan, bar, cancellationToken);
                bar.Finish();
                return runs;
            });
    }

    private static async Task<IReadOnlyList<LoadResult>> RunAsync(
        IReadOnlyList<ILoadTarget> targets, LoadPlan plan, ILoadProgress progress, CancellationToken cancellationToken)
    {
        var runs = new List<LoadResult>();
        foreach (var target in targets)
        {
            // A second target that was never asked is no result.
            if (runs.Count == 0 || !cancellationToken.IsCancellationRequested)
            {
                progress.Begin(target.Address, plan);
                runs.Add(await LoadGenerator.RunAsync(target, plan, progress.Report, cancellationToken));
            }
        }

        return runs;
    }

    // A run that was stopped is written all the same.
    private async Task<IReadOnlyList<string>> WriteAsync(
        CommandContext context, LoadOutcome outcome, string directory, CancellationToken cancellationToken)
    {
        List<string> files = [.. await LoadReport.WriteTablesAsync(outcome, directory, CancellationToken.None)];
        if (context.Get(_noPage))
        {
            return files;
        }

        using var patience = new CancellationTokenSource();
        await using var stopped = cancellationToken.UnsafeRegister(_ => patience.CancelAfter(PageAfterStop), null);
        try
        {
            files.Add(await LoadReport.WritePageAsync(
                outcome, directory, new ChartProgram(context.Console), install => PaperCommand.InstallAsync(context, install), patience.Token));
        }
        catch (CliException e)
        {
            await SayAsync(e.Message);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            await SayAsync("the run was stopped, and drawing takes too long.");
        }

        return files;

        Task SayAsync(string why) =>
            context.Output.IsJson ? Task.CompletedTask : context.Console.Error.WriteLineAsync($"No page: {why} The result is in {directory}.");
    }

    private static void Write(IAnsiConsole console, LoadOutcome outcome)
    {
        var table = Output.Table([.. LoadTable.Columns(outcome)]);
        for (var column = 1; column < table.Columns.Count; column++)
        {
            table.Columns[column].RightAligned();
        }

        foreach (var row in LoadTable.Rows(outcome))
        {
            table.AddTexts([.. row]);
        }

        console.Write(table);
        console.WriteLine();
        foreach (var note in LoadTable.Notes(outcome))
        {
            console.WriteLine(note);
        }

        console.Write(Output.Facts([("load", outcome.Load), .. outcome.Files.Select(file => ("wrote", (string?)file))]));
    }
}
