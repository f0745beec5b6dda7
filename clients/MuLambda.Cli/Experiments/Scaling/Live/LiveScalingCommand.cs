using System.CommandLine;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;
using MuLambda.Scaling;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary><c>mulambda experiment scaling-live</c>: a ramp and a spike on live processes.</summary>
internal sealed class LiveScalingCommand
{
    private readonly Option<string?> _policy = new("--policy")
    {
        Description = $"The scaling policy: {string.Join(", ", Policies)} [default: {Catalog.Deployment.DefaultPolicy}]",
        HelpName = "NAME",
    };

    private readonly Option<double?> _seconds = NumberOption.Create<double>(
        "--seconds", "SECONDS", $"How long requests come; the shape stretches with it [default: {LiveScalingPlan.DefaultSeconds}]",
        seconds => seconds is >= 5 and <= 3600, "from 5 to 3600 seconds");

    private readonly Option<int?> _seed = NumberOption.Create<int>(
        "--seed", "NUMBER", $"Decides when requests come [default: {LiveScalingPlan.DefaultSeed}]", seed => seed >= 0, "a whole number from 0");

    private readonly Option<string?> _out = new("--out")
    {
        Description = "Where results are written [default: experiments/scaling/live]",
        HelpName = "DIR",
    };

    private readonly Option<bool> _noPage = new("--no-page") { Description = "Leave out the HTML page, for whose figures Node is needed" };

    // A fixed number of replicas has nothing to scale.
    private static IReadOnlyList<string> Policies { get; } = [.. ScalingPolicies.Names.Where(name => name != ScalingPolicySet.Fixed)];

    public static Command Create(MuLambdaCli cli)
    {
        var live = new LiveScalingCommand();
        var command = new CliCommand(
            "scaling-live",
            "A model that is scaled from zero over a ramp and a spike to zero again, on live processes: registry, selector, prober, scaler and the executors that it "
            + "launches, started from the repository's build output and stopped afterwards. Takes the time of the requests, and that until the last replica is gone. "
            + "Writes a summary, the figures and a page to DIR",
            "mulambda experiment scaling-live",
            "mulambda experiment scaling-live --policy hpa --seconds 60 --out /tmp/live");
        foreach (var option in new Option[] { live._policy, live._seconds, live._seed, live._out, live._noPage })
        {
            command.Add(option);
        }

        cli.Handle(command, live.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var policy = context.Get(_policy) ?? Catalog.Deployment.DefaultPolicy;
        if (!Policies.Contains(policy))
        {
            throw CliException.Usage($"{_policy.Name}: there is no '{policy}'; there are {string.Join(", ", Policies)}.");
        }

        var plan = new LiveScalingPlan(policy, context.Get(_seconds) ?? LiveScalingPlan.DefaultSeconds, context.Get(_seed) ?? LiveScalingPlan.DefaultSeed);
        var directory = context.Console.Resolve(context.Get(_out) ?? Path.Combine("experiments", "scaling", "live"));
        var writer = context.Output.IsJson ? TextWriter.Null : TextWriter.Synchronized(context.Console.Error);
        var result = await new LiveScalingExperiment(plan, writer.WriteLine).RunAsync(cancellationToken);
        Directory.CreateDirectory(directory);
        List<string> files = [.. await LiveScalingReport.WriteAsync(result, directory, cancellationToken)];
        if (!context.Get(_noPage))
        {
            files.Add(await LiveScalingPage.WriteAsync(
                result, directory, new ChartProgram(context.Console), install => PaperCommand.InstallAsync(context, install), cancellationToken));
        }

        await context.Output.WriteAsync(LiveScalingOutcome.Of(result), json => json.LiveScalingOutcome, console =>
            console.Write(Output.Facts([.. LiveScalingReport.Facts(result).Select(fact => (fact.Name, (string?)fact.Value)), .. files.Select(file => ("wrote", (string?)file))])));
        return ExitCodes.Ok;
    }
}
