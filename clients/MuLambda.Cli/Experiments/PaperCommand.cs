using System.Collections.Concurrent;
using System.CommandLine;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;
using MuLambda.Simulation.Paper;
using Spectre.Console;

namespace MuLambda.Cli.Experiments;

/// <summary><c>mulambda experiment paper</c>: the published evaluation in virtual time, with every policy.</summary>
internal sealed class PaperCommand
{
    private readonly PaperOptions _options = new();
    private readonly LiveOptions _live = new();

    private readonly Option<string?> _out = new("--out")
    {
        Description = "Where results are written, and finished runs kept [default: experiments/paper]",
        HelpName = "DIR",
    };

    private readonly Option<bool> _fresh = new("--fresh") { Description = "Run everything again, also what is finished in DIR" };

    private readonly Option<bool> _table = new("--table")
    {
        Description = "Show utility and mean round trip of all policies side by side, a line a cell",
    };

    private readonly Option<bool> _noDynamics = new("--no-dynamics")
    {
        Description = "Leave out what happens when weights change, executors slow down or end, and selectors share them",
    };

    private readonly Option<bool> _noPage = new("--no-page") { Description = "Leave out the HTML page, for whose figures Node is needed" };

    private readonly Option<int?> _parallel = NumberOption.Create<int>(
        "--parallel", "NUMBER", "Runs at a time; results do not depend on it [default: one a processor]",
        number => number is >= 1 and <= 1024, "a whole number from 1 to 1024");

    public static Command Create(MuLambdaCli cli)
    {
        var paper = new PaperCommand();
        var command = new CliCommand(
            "paper",
            "The published evaluation in virtual time: 4 schedules, 4 use cases, 10 loads, 2 sizes and 2 networks, under the published policies and "
            + "mulambda. Lists are written 1,5,8 and ranges 5-34; a range of --streams or --size has the evaluation's numbers in it. What is finished is "
            + "kept in DIR and not run again while parameters and policies are the same, also after Ctrl+C",
            "mulambda experiment paper",
            "mulambda experiment paper --schedule logical,arbitrary --usecase psa --streams 5-34 --size 10 --network spread --table",
            "mulambda experiment paper --policy weighted,mulambda,oracle --seeds 101-110 --out /tmp/paper",
            "mulambda experiment paper --live",
            "mulambda experiment paper --schedule-file my-cluster.json --requests 200 --out /tmp/mine");
        paper._options.AddTo(command);
        foreach (var option in new Option[] { paper._out, paper._fresh, paper._table, paper._noDynamics, paper._noPage, paper._parallel })
        {
            command.Add(option);
        }

        paper._live.AddTo(command);
        cli.Handle(command, paper.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var isLive = _live.IsGiven(context);
        var plan = await _options.ReadAsync(context, isLive ? LiveOptions.Defaults : PaperOptions.Defaults, cancellationToken);
        var directory = context.Console.Resolve(context.Get(_out) ?? Path.Combine("experiments", "paper"));
        if (isLive)
        {
            return await _live.RunAsync(context, plan, directory, cancellationToken);
        }

        using var store = RunStore.Open(directory, context.Get(_fresh));
        if (store.Lost > 0)
        {
            await context.Console.Error.WriteLineAsync(
                $"The last {store.Lost} bytes of {RunStore.FileName} were not whole; what was in them is run again.");
        }

        PaperResults results;
        try
        {
            results = await RunAsync(context, plan, store, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await context.Console.Error.WriteLineAsync($"Interrupted. What is finished is kept in {directory}; the same command goes on from there.");
            throw;
        }

        List<string> files = [.. await PaperReport.WriteTablesAsync(results, directory, cancellationToken)];
        if (!context.Get(_noPage))
        {
            files.Add(await PaperReport.WritePageAsync(
                results, directory, new ChartProgram(context.Console), install => InstallAsync(context, install), cancellationToken));
        }

        await context.Output.WriteAsync(PaperOutcome.Of(results, files), json => json.PaperOutcome, console =>
        {
            if (context.Get(_table))
            {
                console.Write(CellTable.Of(results.Cells, plan.Policies));
                console.WriteLine();
            }

            SummaryTables.Write(console, results);
            console.Write(Output.Facts([.. files.Select(file => ("wrote", (string?)file))]));
        });
        return ExitCodes.Ok;
    }

    /// <summary>Says that what draws figures is fetched, while it is.</summary>
    public static async Task InstallAsync(CommandContext context, Func<Task> install)
    {
        const string What = "fetching what draws the figures";
        if (context.Output.Progress is { } terminal)
        {
            await terminal.Status().StartAsync(What, _ => install());
            return;
        }

        if (!context.Output.IsJson)
        {
            await context.Console.Error.WriteLineAsync(What);
        }

        await install();
    }

    private async Task<PaperResults> RunAsync(CommandContext context, PaperPlan plan, RunStore store, CancellationToken cancellationToken)
    {
        if (context.Output.Progress is not { } terminal)
        {
            var writer = context.Output.IsJson ? TextWriter.Null : context.Console.Error;
            return await Task.Run(() => Run(context, plan, store, new LineProgress(writer), cancellationToken), CancellationToken.None);
        }

        return await terminal.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(bars => Task.Run(
                () => Run(context, plan, store, new BarProgress(bars), cancellationToken), CancellationToken.None));
    }

    private PaperResults Run(
        CommandContext context, PaperPlan plan, RunStore store, IRunProgress progress, CancellationToken cancellationToken)
    {
        var parallel = context.Get(_parallel) ?? Environment.ProcessorCount;
        progress.Begin("What policies and simulator do now", plan.Policies.Count);
        var stamps = new ConcurrentDictionary<string, string>();
        Parallel.ForEach(
            plan.Policies,
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
            policy =>
            {
                stamps[policy] = BehaviourStamp.Of(policy, cancellationToken);
                progress.Finished(1);
            });
        var cells = new PaperRunner(store, parallel).Run(plan, stamps, progress, cancellationToken);
        return new PaperResults(plan, cells, context.Get(_noDynamics) ? null : RunDynamics(plan, parallel, progress, cancellationToken));
    }

    private static PaperDynamics RunDynamics(PaperPlan plan, int parallel, IRunProgress progress, CancellationToken cancellationToken)
    {
        string[] policies = [.. plan.Policies.Where(policy => policy != PaperGrid.Oracle)];
        var trials = PaperDynamics.Count(plan.Grid, policies);
        progress.Begin(Words.Of($"{trials} trials of change"), trials);
        return PaperDynamics.Run(plan.Grid, policies, plan.Seeds, parallel, () => progress.Finished(1), cancellationToken);
    }
}
