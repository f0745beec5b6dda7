using System.CommandLine;
using MuLambda.Cli.Commands;
using MuLambda.Simulation.Paper;
using Spectre.Console;

namespace MuLambda.Cli.Experiments;

/// <summary><c>--live</c>: a subset of the evaluation on real processes.</summary>
internal sealed class LiveOptions
{
    private const double DefaultLimit = 20;

    private readonly Option<bool> _live = new("--live")
    {
        Description = "Run the subset on real processes, beside the simulator: executors with synthetic models, probers, registry, selectors and clients, "
            + "started from the repository's build output and stopped afterwards [default subset: parity, psa and scp, 1 and 3 streams, size 10, spread, "
            + "plain-net-latency and mulambda, 200 requests a stream, seed 101]",
    };

    private readonly Option<double?> _limit = NumberOption.Create<double>(
        "--live-limit", "MINUTES", $"The longest that --live may take, by its own estimate [default: {DefaultLimit}]",
        minutes => minutes is > 0 and <= 1440, "above 0 and at most 1440 minutes");

    /// <summary>What is run where nothing else is said.</summary>
    public static PaperPlan Defaults { get; } = new(
        new PaperGrid
        {
            Schedules = [.. PaperSchedules.Published.Where(schedule => schedule.Name == "parity")],
            UseCases = [.. PaperUseCases.Published.Where(useCase => useCase.Name is "psa" or "scp")],
            Streams = [1, 3],
            Sizes = [10],
            Networks = [.. PaperNetworks.Published.Where(network => network.Name == "spread")],
        },
        ["plain-net-latency", PaperGrid.Challenger],
        [101],
        Requests: 200);

    public void AddTo(Command command)
    {
        command.Add(_live);
        command.Add(_limit);
    }

    /// <summary>Whether it is asked for.</summary>
    public bool IsGiven(CommandContext context) => context.Get(_live);

    /// <summary>Runs it and writes the report.</summary>
    public async Task<int> RunAsync(CommandContext context, PaperPlan plan, string directory, CancellationToken cancellationToken)
    {
        var live = await Task.Run(
            () => LivePlan.Of(plan, TimeSpan.FromMinutes(context.Get(_limit) ?? DefaultLimit), cancellationToken), cancellationToken);
        if (!context.Output.IsJson)
        {
            await context.Console.Error.WriteLineAsync(FormattableString.Invariant(
                $"{live.Requests} requests on real processes; this takes about {Math.Ceiling(live.Expected.TotalMinutes):0} minutes."));
        }

        var comparisons = await RunAsync(context, live, cancellationToken);
        await LiveReport.WriteAsync(directory, live, comparisons, cancellationToken);
        await context.Output.WriteAsync<IReadOnlyList<LiveFiguresOfRun>>(
            [.. comparisons.Select(LiveFiguresOfRun.Of)],
            json => json.IReadOnlyListLiveFiguresOfRun,
            console =>
            {
                console.Write(LiveReport.Table(comparisons));
                console.WriteLine();
                console.WriteLine(LiveReport.Summary(comparisons));
                console.WriteLine($"Written to {Path.Combine(directory, LiveReport.Name)}.md and .csv.");
            });
        return ExitCodes.Ok;
    }

    private static async Task<IReadOnlyList<LiveComparison>> RunAsync(
        CommandContext context, LivePlan live, CancellationToken cancellationToken)
    {
        if (context.Output.Progress is not { } terminal)
        {
            var writer = context.Output.IsJson ? TextWriter.Null : TextWriter.Synchronized(context.Console.Error);
            return await new LiveExperiment(live, new LiveProgress(writer, task: null)).RunAsync(cancellationToken);
        }

        return await terminal.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(progress => new LiveExperiment(
                live, new LiveProgress(TextWriter.Null, progress.AddTask("simulated", maxValue: live.Requests))).RunAsync(cancellationToken));
    }
}
