using System.CommandLine;
using MuLambda.Cli.Commands;

namespace MuLambda.Cli.Slos;

/// <summary><c>slo</c>: how the clients' objectives stand.</summary>
internal static class SloCommand
{
    public static Command Create(MuLambdaCli cli)
    {
        var command = new CliCommand(
            "slo",
            "How the clients' objectives stand: attainment, error budget, burn rates and alerts",
            "mulambda slo",
            "mulambda slo digits-fast",
            "mulambda slo digits-fast --json");
        var id = new Argument<string?>("CLIENT") { Description = "The client to tell the details of [default: all that have an objective]", Arity = ArgumentArity.ZeroOrOne };
        command.Add(id);
        cli.Handle(command, async (context, cancellationToken) =>
        {
            if (context.Get(id) is { } client)
            {
                var status = await context.CallRegistryAsync((registry, token) => registry.GetSloAsync(client, token), cancellationToken);
                await context.Output.WriteAsync(status, json => json.SloStatus, console => SloTables.WriteDetails(console, status));
                return ExitCodes.Ok;
            }

            var statuses = await context.CallRegistryAsync((registry, token) => registry.ListSlosAsync(token), cancellationToken);
            await context.Output.WriteAsync(
                statuses, json => json.IReadOnlyListSloStatus, console => console.Write(SloTables.Overview(statuses)));
            return ExitCodes.Ok;
        });
        return command;
    }
}
