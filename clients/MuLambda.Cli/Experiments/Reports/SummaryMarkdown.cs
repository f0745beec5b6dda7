using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>The results in a page of text.</summary>
internal static class SummaryMarkdown
{
    private static readonly string[] NoGoals = [$"None can be checked without {PaperGrid.Challenger} and the published policies.", ""];

    public static IEnumerable<string> Lines(PaperResults results)
    {
        var plan = results.Plan;
        yield return "# The published evaluation, in virtual time";
        yield return "";
        yield return $"`{results.Command}`";
        yield return "";
        yield return Words.Of(
            $"{results.Cells.Count} cells, {plan.Policies.Count} policies, seeds {string.Join(", ", plan.Seeds)}, {plan.Requests} requests a stream; all of them count, from the first on.");
        yield return "How cells are made and figures computed is in [README.md](README.md); every cell is in `results.csv`.";
        yield return "";
        foreach (var line in Averages(results))
        {
            yield return line;
        }

        yield return "";
        yield return "## Goals";
        yield return "";
        foreach (var line in results.Goals.Count == 0 ? NoGoals : GoalLines.Of(results.Goals))
        {
            yield return line;
        }

        foreach (var line in results.Dynamics is null ? [] : DynamicsMarkdown.Lines(results.Dynamics, results.DynamicsGoals))
        {
            yield return line;
        }

        foreach (var line in Scaling(results))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Averages(PaperResults results)
    {
        var useCases = results.Plan.Grid.UseCases;
        yield return "## Averages over the cells";
        yield return "";
        yield return MarkdownTable.Row(["policy", "utility", .. useCases.Select(useCase => useCase.Name), "mean round trip", "confidence"]);
        yield return MarkdownTable.Rule(useCases.Count + 4);
        foreach (var average in results.Averages)
        {
            yield return MarkdownTable.Row(
            [
                average.Policy,
                Words.Of($"{average.Utility:0.0000}"),
                .. average.ByUseCase.Select(utility => Words.Of($"{utility:0.000}")),
                Words.Milliseconds(average.RoundTripMs),
                Words.Of($"{average.Confidence:0.000}"),
            ]);
        }
    }

    // Over schedules, sizes and networks: how each use case fares under load.
    private static IEnumerable<string> Scaling(PaperResults results)
    {
        var plan = results.Plan;
        yield return "## Under load";
        yield return "";
        yield return "Utility and mean round trip by streams, averaged over schedules, sizes and networks.";
        yield return "";
        foreach (var useCase in plan.Grid.UseCases)
        {
            yield return $"### {useCase.Title} ({useCase.Name})";
            yield return "";
            yield return MarkdownTable.Row(["streams", .. plan.Policies]);
            yield return MarkdownTable.Rule(plan.Policies.Count + 1);
            foreach (var streams in plan.Grid.Streams)
            {
                var cells = results.Cells.Where(cell => cell.Cell.UseCase == useCase && cell.Cell.Streams == streams).ToArray();
                yield return MarkdownTable.Row(
                [
                    Words.Of($"{streams}"),
                    .. plan.Policies.Select(policy => Words.Of(
                        $"{cells.Average(cell => cell.Of(policy)!.Utility.Mean):0.000}, {Words.Milliseconds(cells.Average(cell => cell.Of(policy)!.MeanRoundTripMs.Mean))}")),
                ]);
            }

            yield return "";
        }
    }
}
