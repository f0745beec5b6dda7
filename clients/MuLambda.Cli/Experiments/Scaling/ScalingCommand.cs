using System.CommandLine;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;
using MuLambda.Simulation.Scaling;
using Spectre.Console;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary><c>mulambda experiment scaling</c>: the scaling policies in virtual time.</summary>
internal sealed class ScalingCommand
{
    private const int MostSeeds = 100;

    private readonly Option<string[]> _traces = List("--traces", "NAMES", $"Traces: {Names(ScalingTraces.All.Select(trace => trace.Name))} [default: all]");
    private readonly Option<string[]> _models = List(
        "--models", "NAMES", $"Models: {Names(ScaledModels.All.Select(model => model.Name))} [default: all]; a trace of all models together has them in any case");

    private readonly Option<string[]> _policies = List(
        "--policies", "NAMES", $"Policies: {Names(ScalingPolicySet.Names)} [default: all]; {ScalingPolicySet.Fixed} always has the replicas that the peak needs");

    private readonly Option<string[]> _seeds = List(
        "--seeds", "NUMBERS", $"Seeds, such as 11-15 [default: {ScalingResults.DefaultSeeds[0]}-{ScalingResults.DefaultSeeds[^1]}]");

    private readonly Option<string?> _out = new("--out")
    {
        Description = "Where results are written [default: experiments/scaling]",
        HelpName = "DIR",
    };

    private readonly Option<bool> _noPage = new("--no-page") { Description = "Leave out the HTML page, for whose figures Node is needed" };

    private readonly Option<int?> _parallel = NumberOption.Create<int>(
        "--parallel", "NUMBER", "Runs at a time; results do not depend on it [default: one a processor]",
        number => number is >= 1 and <= 1024, "a whole number from 1 to 1024");

    public static Command Create(MuLambdaCli cli)
    {
        var scaling = new ScalingCommand();
        var command = new CliCommand(
            "scaling",
            "Scaling policies in virtual time, with cold starts and the selector's own batching: how many requests are answered within their objective, for how "
            + "many replica-seconds, with how many cold starts and scaling actions. Beside slo, concurrency is also run with targets "
            + "tuned by hand. Lists are written a,b and 1,5-8. Writes tables, a summary and a page to DIR",
            "mulambda experiment scaling",
            "mulambda experiment scaling --traces spike,ramp --policies slo,hpa --seeds 11-13 --out /tmp/scaling",
            "mulambda experiment scaling --traces on-off --models cnn --seeds 1 --no-page --out /tmp/scaling");
        foreach (var option in new Option[]
            { scaling._traces, scaling._models, scaling._policies, scaling._seeds, scaling._out, scaling._noPage, scaling._parallel })
        {
            command.Add(option);
        }

        cli.Handle(command, scaling.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var plan = new ScalingExperiment(
            Listed.Names(_traces.Name, context.Get(_traces), ScalingTraces.All, trace => trace.Name),
            Listed.Names(_models.Name, context.Get(_models), ScaledModels.All, model => model.Name),
            Listed.Names(_policies.Name, context.Get(_policies), ScalingPolicySet.Names, name => name),
            Listed.Numbers(_seeds.Name, context.Get(_seeds), ScalingResults.DefaultSeeds, usual: null, least: 0, most: int.MaxValue, MostSeeds));
        var directory = context.Console.Resolve(context.Get(_out) ?? Path.Combine("experiments", "scaling"));
        var results = await RunAsync(context, plan, cancellationToken);
        Directory.CreateDirectory(directory);
        List<string> files = [.. await ScalingReport.WriteTablesAsync(results, directory, cancellationToken)];
        if (!context.Get(_noPage))
        {
            files.Add(await ScalingPage.WriteAsync(
                results, directory, new ChartProgram(context.Console), install => PaperCommand.InstallAsync(context, install), cancellationToken));
        }

        await context.Output.WriteAsync(ScalingOutcome.Of(results, files), json => json.ScalingOutcome, console =>
        {
            ScalingTables.Write(console, results);
            console.Write(Output.Facts([.. files.Select(file => ("wrote", (string?)file))]));
        });
        return ExitCodes.Ok;
    }

    private async Task<ScalingResults> RunAsync(CommandContext context, ScalingExperiment plan, CancellationToken cancellationToken)
    {
        if (context.Output.Progress is not { } terminal)
        {
            var writer = context.Output.IsJson ? TextWriter.Null : context.Console.Error;
            return await Task.Run(() => Run(context, plan, new LineProgress(writer), cancellationToken), CancellationToken.None);
        }

        return await terminal.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(bars => Task.Run(() => Run(context, plan, new BarProgress(bars), cancellationToken), CancellationToken.None));
    }

    private ScalingResults Run(CommandContext context, ScalingExperiment plan, IRunProgress progress, CancellationToken cancellationToken)
    {
        // Only beside the one that needs no tuning it says anything.
        var tries = plan.Policies.Contains(HandTuning.Policy) && plan.Policies.Contains(ScalingAims.Challenger);
        var tuning = plan with { Policies = tries ? [.. HandTuning.Targets.Select(HandTuning.NameOf)] : [] };
        var count = plan.Count + tuning.Count;
        progress.Begin(Words.Of($"{count} runs: traces {Names(plan.Traces.Select(trace => trace.Name))}; seeds {Names(plan.Seeds)}"), count);
        var policies = new ScalingPolicySet();
        var (cells, tuned) = (RunAll(plan), RunAll(tuning));
        return new ScalingResults(plan, [.. cells.Zip(tuned, (cell, tried) => cell with { Tuning = tried.Policies })]);

        IReadOnlyList<ScalingCell> RunAll(ScalingExperiment experiment) => experiment.Run(
            policies.Create, context.Get(_parallel) ?? Environment.ProcessorCount, () => progress.Finished(1), cancellationToken);
    }

    private static string Names<T>(IEnumerable<T> names) => string.Join(", ", names);

    private static Option<string[]> List(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };
}
