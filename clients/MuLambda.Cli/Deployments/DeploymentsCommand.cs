using System.CommandLine;
using MuLambda.Catalog;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;
using Spectre.Console;

namespace MuLambda.Cli.Deployments;

/// <summary><c>deployments list|show|explain|delete</c>; <c>executors launch</c> makes them.</summary>
internal static class DeploymentsCommand
{
    public static Command Create(MuLambdaCli cli) =>
        new CliCommand(
            "deployments",
            "How models are served: between which numbers of replicas, by which policy, and why by how many now",
            "mulambda deployments list",
            "mulambda deployments explain digits-cnn",
            "mulambda executors launch digits-cnn --min 1 --max 4")
        {
            CreateList(cli), CreateShow(cli), CreateExplain(cli), CreateDelete(cli),
        };

    private static CliCommand CreateList(MuLambdaCli cli)
    {
        var list = new CliCommand(
            "list", "List the deployments and how many replicas they have", "mulambda deployments list", "mulambda deployments list --json");
        cli.Handle(list, async (context, cancellationToken) =>
        {
            var deployments = await context.CallRegistryAsync(
                async (registry, token) =>
                {
                    var wanted = await registry.GetDeploymentsAsync(token);
                    var executors = await registry.ListExecutorsAsync(cancellationToken: token);
                    return (IReadOnlyList<DeploymentReplicas>)[.. wanted.Select(deployment => DeploymentReplicas.Of(deployment, executors))];
                },
                cancellationToken);
            await context.Output.WriteAsync(
                deployments, json => json.IReadOnlyListDeploymentReplicas, console => console.Write(DeploymentTables.Overview(deployments)));
            return ExitCodes.Ok;
        });
        return list;
    }

    private static CliCommand CreateShow(MuLambdaCli cli)
    {
        var show = new CliCommand(
            "show",
            "Show a deployment with its executors, the times of their launches and the last decision",
            "mulambda deployments show digits-cnn",
            "mulambda deployments show digits-cnn --json");
        var model = Model();
        show.Add(model);
        cli.Handle(show, async (context, cancellationToken) =>
        {
            var name = context.Get(model)!;
            var status = await context.CallRegistryAsync(
                async (registry, token) => await registry.GetDeploymentAsync(name, token) is { } deployment
                    ? new DeploymentStatus(
                        deployment,
                        LaunchSteps.Of(name, await registry.ListExecutorsAsync(cancellationToken: token)),
                        await registry.GetDecisionsAsync(name, limit: 1, token) is [var last, ..] ? last : null)
                    : throw NotFound(name),
                cancellationToken);
            await context.Output.WriteAsync(
                status, json => json.DeploymentStatus, console => DeploymentTables.WriteDetails(console, status));
            return ExitCodes.Ok;
        });
        return show;
    }

    private static CliCommand CreateExplain(MuLambdaCli cli)
    {
        var explain = new CliCommand(
            "explain",
            "Tell the last decisions on a deployment, newest first, with their reasons and what they were based on",
            "mulambda deployments explain digits-cnn",
            "mulambda deployments explain digits-cnn --limit 3 --json");
        var model = Model();
        var limit = NumberOption.Create<int>(
            "--limit",
            "NUMBER",
            $"How many at most [default: 10]; {CatalogLimits.Decisions} are kept",
            number => number is >= 1 and <= CatalogLimits.Decisions,
            $"from 1 to {CatalogLimits.Decisions}");
        explain.Add(model);
        explain.Add(limit);
        cli.Handle(explain, async (context, cancellationToken) =>
        {
            var name = context.Get(model)!;
            var decisions = await context.CallRegistryAsync(
                async (registry, token) => await registry.GetDeploymentAsync(name, token) is not null
                    ? await registry.GetDecisionsAsync(name, context.Get(limit) ?? 10, token)
                    : throw NotFound(name),
                cancellationToken);
            await context.Output.WriteAsync(decisions, json => json.IReadOnlyListScalingDecision, console =>
            {
                if (decisions.Count == 0)
                {
                    console.WriteLine($"Nothing has been decided on {name} yet.");
                    return;
                }

                DeploymentTables.WriteDecisions(console, decisions);
            });
            return ExitCodes.Ok;
        });
        return explain;
    }

    private static CliCommand CreateDelete(MuLambdaCli cli)
    {
        var delete = new CliCommand(
            "delete", "Delete a deployment with its decisions; its executors finish what they have and end", "mulambda deployments delete digits-cnn");
        var model = Model();
        delete.Add(model);
        cli.Handle(delete, async (context, cancellationToken) =>
        {
            var name = context.Get(model)!;
            if (!await context.CallRegistryAsync((registry, token) => registry.DeleteDeploymentAsync(name, token), cancellationToken))
            {
                throw NotFound(name);
            }

            await context.Output.WriteAsync(new Deleted(name), json => json.Deleted, console => console.WriteLine($"deleted {name}"));
            return ExitCodes.Ok;
        });
        return delete;
    }

    private static Argument<string> Model() => new("MODEL") { Description = "The model's name" };

    private static CliException NotFound(string model) => CliException.NotFound($"The model {model} is not deployed.");
}
