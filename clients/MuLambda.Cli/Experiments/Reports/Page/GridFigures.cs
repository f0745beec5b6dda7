using System.Text.Json.Nodes;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>Figures over many cells: how policies scale, and where the challenger is ahead.</summary>
internal static class GridFigures
{
    public static Figure Scaling(PaperResults results, PaperSchedule schedule, PaperUseCase useCase)
    {
        var grid = results.Plan.Grid;
        CellSummary[] cells = [.. results.Cells.Where(cell => cell.Cell.Schedule == schedule && cell.Cell.UseCase == useCase)];
        var panels = grid.Sizes.SelectMany(size => grid.Networks.Select(network => (Size: size, Network: network)))
            .Select(panel => (JsonNode)new JsonObject
            {
                ["title"] = Words.Of($"size {panel.Size}, {panel.Network.Name}"),
                ["policies"] = new JsonArray([.. results.Plan.Policies.Select(policy => (JsonNode)Line(
                    policy, cells.Where(cell => cell.Cell.Size == panel.Size && cell.Cell.Network == panel.Network)))]),
            });
        return new Figure(
            $"scaling-{schedule.Name}-{useCase.Name}",
            "scaling",
            $"Scaling: {schedule.Name}/{useCase.Name}",
            Captions.Scaling([.. cells.Where(cell => cell.Cell.Size == grid.Sizes[0] && cell.Cell.Network == grid.Networks[0])]),
            new JsonObject
            {
                ["policies"] = Figure.Texts(results.Plan.Policies),
                ["streams"] = new JsonArray([.. grid.Streams.Select(streams => (JsonNode)streams)]),
                ["panels"] = new JsonArray([.. panels]),
            });
    }

    public static Figure Margins(PaperResults results)
    {
        var grid = results.Plan.Grid;
        var rows = grid.Schedules.SelectMany(schedule => grid.UseCases.Select(useCase => (Schedule: schedule, UseCase: useCase))).ToList();
        var streams = grid.Streams.ToList();
        var panels = grid.Sizes.SelectMany(size => grid.Networks.Select(network => (JsonNode)new JsonObject
        {
            ["title"] = Words.Of($"size {size}, {network.Name}"),
            ["cells"] = new JsonArray([.. results.Cells
                .Where(cell => cell.Cell.Size == size && cell.Cell.Network == network)
                .Select(cell => (JsonNode)Figure.Numbers(
                [
                    streams.IndexOf(cell.Cell.Streams),
                    rows.IndexOf((cell.Cell.Schedule, cell.Cell.UseCase)),
                    cell.Of(PaperGrid.Challenger)!.Utility.Mean - cell.Published.Max(policy => policy.Utility.Mean),
                ]))]),
        }));
        var goal = results.Goals.First(goal => goal.Id == "utility");
        return new Figure(
            "margins",
            "margins",
            $"Utility of {PaperGrid.Challenger} above the best published policy of each cell",
            Words.Of($"Each field is a cell. Red are those in which {PaperGrid.Challenger} is more than 0.01 below the best of the published policies: {goal.Checks.Count - goal.Held} of {goal.Checks.Count}."),
            new JsonObject
            {
                ["rows"] = Figure.Texts(rows.Select(row => $"{row.Schedule.Name}/{row.UseCase.Name}")),
                ["streams"] = Figure.Texts(streams.Select(number => Words.Of($"{number}"))),
                ["panels"] = new JsonArray([.. panels]),
            });
    }

    private static JsonObject Line(string policy, IEnumerable<CellSummary> cells)
    {
        var summaries = cells.OrderBy(cell => cell.Cell.Streams).Select(cell => cell.Of(policy)!).ToArray();
        return new JsonObject
        {
            ["name"] = policy,
            ["roundTrip"] = Figure.Numbers(summaries.Select(summary => summary.MeanRoundTripMs.Mean)),
            ["utility"] = Figure.Numbers(summaries.Select(summary => summary.Utility.Mean)),
        };
    }
}
