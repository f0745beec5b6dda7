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
        foreach (var option in new Option[] { paper._out, paper._fresh, paper._table, paper._parallel })
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

        IReadOnlyList<CellSummary> cells;
        try
        {
            cells = await RunAsync(context, plan, store, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await context.Console.Error.WriteLineAsync($"Interrupted. What is finished is kept in {directory}; the same command goes on from there.");
            throw;
        }

        if (context.Get(_table) && !context.Output.IsJson)
        {
            await context.Output.WriteAsync(default(System.Text.Json.JsonElement), json => json.JsonElement, console => console.Write(CellTable.Of(cells, plan.Policies)));
        }

        return ExitCodes.Ok;
    }

    private async Task<IReadOnlyList<CellSummary>> RunAsync(
        CommandContext context, PaperPlan plan, RunStore store, CancellationToken cancellationToken)
    {
        var runner = new PaperRunner(store, context.Get(_parallel) ?? Environment.ProcessorCount);
        if (context.Output.Progress is not { } terminal)
        {
            var writer = context.Output.IsJson ? TextWriter.Null : context.Console.Error;
            return await Task.Run(() => Simulate(new LineProgress(writer)), CancellationToken.None);
        }

        return await terminal.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(progress =>
            {
                var task = progress.AddTask("what is finished?").IsIndeterminate();
                return Task.Run(() => Simulate(new BarProgress(task)), CancellationToken.None);
            });

        IReadOnlyList<CellSummary> Simulate(IRunProgress progress)
        {
            var stamps = plan.Policies.AsParallel().WithDegreeOfParallelism(Math.Min(512, context.Get(_parallel) ?? Environment.ProcessorCount))
                .Select(policy => (Policy: policy, Stamp: BehaviourStamp.Of(policy, cancellationToken)))
                .ToDictionary(stamp => stamp.Policy, stamp => stamp.Stamp);
            return runner.Run(plan, stamps, progress, cancellationToken);
        }
    }
}
