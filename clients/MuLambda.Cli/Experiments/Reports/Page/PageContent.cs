using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>What stands in the page, in order.</summary>
internal static class PageContent
{
    // The publication shows 5 and 10 streams; the load at which a policy that herds no longer finishes in time is beyond.
    private static readonly int[] ShownStreams = [8, 34];

    public static IReadOnlyList<PageSection> Of(PaperResults results)
    {
        var grid = results.Plan.Grid;
        var sections = new List<PageSection>
        {
            new("summary", "Summary", PageTables.Averages(results), results.Goals.Count > 0 ? [GridFigures.Margins(results)] : []),
        };
        if (results.Goals.Count > 0)
        {
            sections.Add(new PageSection("goals", "Goals", PageTables.Goals([.. results.Goals, .. results.DynamicsGoals]), []));
        }

        sections.Add(new PageSection("scaling", "Scaling", "<p>Both axes of the round trip are logarithmic; points are means over the seeds.</p>", [])
        {
            Sections = [.. grid.Schedules.Select(schedule => new PageSection(
                $"scaling-{schedule.Name}", schedule.Name, "", [.. grid.UseCases.Select(useCase => GridFigures.Scaling(results, schedule, useCase))]))],
        });
        if (results.Dynamics is { } dynamics)
        {
            sections.Add(new PageSection(
                "dynamics", "Dynamics", PageTables.Dynamics(dynamics), [.. DynamicsFigures.Of(dynamics)]));
        }

        sections.AddRange(grid.Schedules.Select(schedule => ScheduleOf(results, schedule)));
        return sections;
    }

    private static PageSection ScheduleOf(PaperResults results, PaperSchedule schedule)
    {
        var grid = results.Plan.Grid;
        int[] shown = [.. ShownStreams.Select(wanted => grid.Streams.MinBy(streams => Math.Abs(streams - wanted))).Distinct()];
        return new PageSection($"schedule-{schedule.Name}", $"Schedule {schedule.Name}", PageTables.Schedule(schedule, grid.Networks[0]), [])
        {
            Sections = [.. grid.UseCases.Select(useCase =>
            {
                CellSummary[] cells = [.. shown.Select(streams => results.Cells.First(cell =>
                    cell.Cell.Schedule == schedule && cell.Cell.UseCase == useCase && cell.Cell.Streams == streams))];
                return new PageSection(
                    $"schedule-{schedule.Name}-{useCase.Name}",
                    $"{schedule.Name}/{useCase.Name}: {useCase.Title}",
                    "",
                    [
                        .. cells.Select(CellFigures.Distributions),
                        CellFigures.Series(cells[^1]),
                        CellFigures.Load(cells[^1]),
                    ]);
            })],
        };
    }
}
