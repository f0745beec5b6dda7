using System.CommandLine;
using System.Globalization;
using MuLambda.Catalog;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Deployments;
using MuLambda.Cli.Models;
using MuLambda.Scaling;
using Spectre.Console;

namespace MuLambda.Cli.Executors;

/// <summary><c>executors launch</c>: deploys a model and waits until its fewest replicas serve.</summary>
internal sealed class LaunchCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Argument<string> _model = new("MODEL") { Description = "The model, NAME or NAME@VERSION; without a version its newest, also later ones" };

    private readonly Option<long?> _version = NumberOption.Create<long>(
        "--version", "NUMBER", "The version [default: the newest that is registered, also later]",
        version => version is >= 1 and <= CatalogLimits.MaxVersion, "a number from 1 upwards");

    private readonly Option<int?> _min = NumberOption.Create<int>(
        "--min", "NUMBER", "The fewest replicas [default: 0, it goes to zero while nobody asks]", InBounds, Bounds);

    private readonly Option<int?> _max = NumberOption.Create<int>(
        "--max", "NUMBER", $"The most replicas [default: {Deployment.DefaultMax}, or --min where that is more]",
        number => number is >= 1 and <= CatalogLimits.Replicas, $"a number from 1 to {CatalogLimits.Replicas}");

    private readonly Option<string?> _policy = new("--policy")
    {
        Description = $"What decides how many there are: slo, concurrency, hpa, reactive-latency or fixed [default: {Deployment.DefaultPolicy}]",
        HelpName = "POLICY",
    };

    private readonly Option<string[]> _options = new("--option") { Description = "An option of the policy, as below; may be given several times", HelpName = "NAME=NUMBER" };

    private readonly Option<double?> _keepWarm = DurationOption.Create(
        "--keep-warm", "How long the last replica stays without a request at most, up to 24h [default: 10m]");

    private readonly Option<string?> _node = new("--node") { Description = "The only node it may run on [default: any]", HelpName = "NODE" };

    private readonly Option<bool> _noWait = new("--no-wait") { Description = "End once the deployment is registered" };

    private static string Bounds => $"a number from 0 to {CatalogLimits.Replicas}";

    public static Command Create(MuLambdaCli cli)
    {
        var launch = new LaunchCommand();
        var command = new CliCommand(
            "launch",
            "Deploy a model, or change its deployment, and wait until its fewest replicas serve (2 minutes at most, or --timeout)",
            "mulambda executors launch digits-cnn",
            "mulambda executors launch digits-cnn --min 1 --max 4 --keep-warm 30m",
            "mulambda executors launch nanodet --version 2 --min 2 --node edge-1 --timeout 5m",
            "mulambda executors launch digits-cnn --policy concurrency --option container-concurrency-target=4 --no-wait")
        {
            Notes = [.. OptionsOfPolicies()],
        };
        command.Add(launch._model);
        foreach (var option in (Option[])[launch._version, launch._min, launch._max, launch._policy, launch._options, launch._keepWarm, launch._node, launch._noWait])
        {
            command.Add(option);
        }

        cli.Handle(command, launch.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var deployment = Read(context);
        var (failedBefore, decidedBefore) = await context.CallRegistryAsync(
            async (registry, token) =>
            {
                var failed = LaunchWait.FailedOf(await registry.ListExecutorsAsync(cancellationToken: token));
                var decided = await LaunchWait.LastDecisionAsync(registry, deployment.Model, token);
                await registry.PutDeploymentAsync(deployment, token);
                return (failed, decided);
            },
            cancellationToken);
        IReadOnlyList<Executor> executors = [];
        if (deployment.Min > 0 && !context.Get(_noWait))
        {
            // The wait has its own limit and ends by itself.
            executors = await context.CallRegistryAsync(
                (registry, _) => WaitAsync(
                    context, new LaunchWait(registry, deployment, failedBefore, decidedBefore, context.Timeout ?? Patience), cancellationToken),
                cancellationToken,
                Patience);
        }

        await context.Output.WriteAsync(
            new DeploymentStatus(deployment, executors), json => json.DeploymentStatus, console => Write(console, deployment, executors));
        return ExitCodes.Ok;
    }

    private static async Task<IReadOnlyList<Executor>> WaitAsync(CommandContext context, LaunchWait wait, CancellationToken cancellationToken)
    {
        if (context.Output.Progress is not { } terminal)
        {
            return await wait.RunAsync(
                new LaunchLines(context.Output.IsJson ? TextWriter.Null : context.Console.Error), cancellationToken);
        }

        // What stays on the screen is the result, not how it came about.
        return await terminal.Live(new Text("")).AutoClear(true)
            .StartAsync(display => wait.RunAsync(new LaunchDisplay(display, terminal.Profile.Width), cancellationToken));
    }

    private static void Write(IAnsiConsole console, Deployment deployment, IReadOnlyList<Executor> executors)
    {
        if (executors.Count > 0)
        {
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{deployment.Model} is served, with {deployment.Min} to {deployment.Max} replicas by the policy {deployment.Policy}"));
            console.Write(DeploymentTables.Launches(executors));
            return;
        }

        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"deployed {deployment.Model}, with {deployment.Min} to {deployment.Max} replicas by the policy {deployment.Policy}; {(deployment.Min == 0 ? "it starts with the first request" : "the scaler starts them")}"));
    }

    private Deployment Read(CommandContext context)
    {
        var (name, version) = ModelName.Parse(context.Get(_model)!);
        if (version is not null && context.Get(_version) is { } other && other != version)
        {
            throw CliException.Usage($"{context.Get(_model)} and --version {other} are different versions.");
        }

        var min = context.Get(_min) ?? 0;
        var deployment = new Deployment(
            name,
            version ?? context.Get(_version),
            min,
            context.Get(_max) ?? Math.Max(min, Deployment.DefaultMax),
            context.Get(_policy) ?? Deployment.DefaultPolicy,
            context.Get(_keepWarm) ?? Deployment.DefaultKeepWarmSeconds,
            context.Get(_node),
            ReadOptions(context.Get(_options) ?? []));
        CliException.ThrowIfAny(CatalogValidation.Validate(deployment), "The deployment is not right.");
        return deployment;
    }

    private static Dictionary<string, double>? ReadOptions(string[] options)
    {
        var result = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var option in options)
        {
            if (option.Split('=', 2) is not [{ Length: > 0 } name, var number]
                || !double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                throw CliException.Usage($"--option has to be NAME=NUMBER, as in replicas=2, not '{option}'.");
            }

            if (!result.TryAdd(name, value))
            {
                throw CliException.Usage($"--option {name} is given more than once.");
            }
        }

        return result.Count > 0 ? result : null;
    }

    private static IEnumerable<string> OptionsOfPolicies()
    {
        yield return "Options of the policies (--option NAME=NUMBER):";
        foreach (var policy in ScalingPolicies.Names)
        {
            yield return $"  {policy}";
            foreach (var option in ScalingPolicies.OptionsOf(policy))
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture, $"    {option.Name}  {option.Help} [from {option.Min} to {option.Max}, default: {option.Default}]");
            }
        }
    }

    private static bool InBounds(int number) => number is >= 0 and <= CatalogLimits.Replicas;
}
