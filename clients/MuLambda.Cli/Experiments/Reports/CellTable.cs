using MuLambda.Cli.Terminal;
using MuLambda.Simulation.Paper;
using Spectre.Console;

namespace MuLambda.Cli.Experiments;

/// <summary>All policies side by side, a line a cell: utility and mean round trip.</summary>
internal static class CellTable
{
    public static Table Of(IReadOnlyList<CellSummary> cells, IReadOnlyList<string> policies)
    {
        var compares = policies.Contains(PaperGrid.Challenger) && policies.Any(PaperGrid.PublishedPolicies.Contains);
        var table = Output.Table(
            ["SCHEDULE", "USECASE", "STREAMS", "SIZE", "NETWORK", .. policies.Select(policy => policy.ToUpperInvariant()), .. compares ? ["ABOVE BEST"] : Array.Empty<string>()]);
        foreach (var cell in cells)
        {
            table.AddTexts(
            [
                cell.Cell.Schedule.Name, cell.Cell.UseCase.Name, Words.Of($"{cell.Cell.Streams}"), Words.Of($"{cell.Cell.Size}"), cell.Cell.Network.Name,
                .. cell.Policies.Select(policy => Words.Of($"{policy.Utility.Mean:0.000} {policy.MeanRoundTripMs.Mean,6:0} ms")),
                .. compares ? [Above(cell)] : Array.Empty<string>(),
            ]);
        }

        return table;
    }

    private static string Above(CellSummary cell) =>
        Words.Of($"{cell.Of(PaperGrid.Challenger)!.Utility.Mean - cell.Published.Max(policy => policy.Utility.Mean):+0.000;-0.000}");
}
