using System.CommandLine;
using System.Globalization;
using MuLambda.Catalog;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Deployments;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli.Executors;

/// <summary><c>executors list</c>, and <c>launch</c> beside it.</summary>
internal static class ExecutorsCommand
{
    public static Command Create(MuLambdaCli cli)
    {
        var list = new CliCommand(
            "list",
            "List the executors, what they serve and how they are",
            "mulambda executors list",
            "mulambda executors list --model digits-cnn@1 --json");
        var model = new Option<string?>("--model") { Description = "Only those that serve this model", HelpName = "NAME[@VERSION]" };
        var node = new Option<string?>("--node") { Description = "Only those on this node", HelpName = "NODE" };
        list.Add(model);
        list.Add(node);
        cli.Handle(list, async (context, cancellationToken) =>
        {
            var executors = await context.CallRegistryAsync(
                (registry, token) => registry.ListExecutorsAsync(context.Get(model), context.Get(node), token), cancellationToken);
            await context.Output.WriteAsync(executors, json => json.IReadOnlyListExecutor, console => console.Write(TableOf(executors)));
            return ExitCodes.Ok;
        });
        return new CliCommand(
            "executors",
            "The running replicas that serve models",
            "mulambda executors launch digits-cnn --min 1",
            "mulambda executors list")
        {
            LaunchCommand.Create(cli), list,
        };
    }

    private static Spectre.Console.Table TableOf(IReadOnlyList<Executor> executors)
    {
        var table = Output.Table("EXECUTOR", "NODE", "STATE", "MODELS", "REST", "IN FLIGHT", "QUEUED", "DEPLOYMENTS", "STEP", "REASON");
        foreach (var executor in executors)
        {
            table.AddTexts(
                executor.Id,
                executor.Node,
                executor.State.ToString().ToLowerInvariant(),
                string.Join(',', executor.Models),
                executor.Endpoints.Rest,
                executor.Load?.InFlight.ToString(CultureInfo.InvariantCulture),
                executor.Load?.Queued.ToString(CultureInfo.InvariantCulture),
                executor.Launch is { } launch ? string.Join(',', launch.Deployments) : null,
                executor.Launch is null ? null : LaunchSteps.NameOf(executor),
                executor.Reason);
        }

        return table;
    }
}
