using System.CommandLine;
using System.Globalization;
using MuLambda.Catalog;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli.Selectors;

/// <summary><c>selectors list</c>.</summary>
internal static class SelectorsCommand
{
    public static Command Create(MuLambdaCli cli)
    {
        var list = new CliCommand(
            "list", "List the selectors that share the executors", "mulambda selectors list", "mulambda selectors list --json");
        cli.Handle(list, async (context, cancellationToken) =>
        {
            var selectors = await context.CallRegistryAsync(
                (registry, token) => registry.ListSelectorsAsync(token), cancellationToken);
            await context.Output.WriteAsync(
                selectors, json => json.IReadOnlyListSelectorReplica, console => console.Write(TableOf(selectors)));
            return ExitCodes.Ok;
        });
        return new CliCommand("selectors", "The running replicas that decide who answers", "mulambda selectors list") { list };
    }

    private static Spectre.Console.Table TableOf(IReadOnlyList<SelectorReplica> selectors)
    {
        var table = Output.Table("SELECTOR", "NODE", "LEASE S");
        foreach (var selector in selectors)
        {
            table.AddTexts(selector.Id, selector.Node, selector.LeaseSeconds.ToString(CultureInfo.InvariantCulture));
        }

        return table;
    }
}
