using MuLambda.Cli.Terminal;
using MuLambda.Simulation.Paper;
using Spectre.Console;

namespace MuLambda.Cli.Experiments;

/// <summary>The results on a terminal: the averages, and the goals with their narrowest check.</summary>
internal static class SummaryTables
{
    public static void Write(IAnsiConsole console, PaperResults results)
    {
        var averages = Output.Table(
            ["POLICY", "UTILITY", .. results.Plan.Grid.UseCases.Select(useCase => useCase.Name.ToUpperInvariant()), "ROUND TRIP", "CONFIDENCE"]);
        foreach (var average in results.Averages)
        {
            averages.AddTexts(
            [
                average.Policy,
                Words.Of($"{average.Utility:0.0000}"),
                .. average.ByUseCase.Select(utility => Words.Of($"{utility:0.000}")),
                Words.Milliseconds(average.RoundTripMs),
                Words.Of($"{average.Confidence:0.000}"),
            ]);
        }

        console.Write(averages);
        console.WriteLine();
        Goal[] all = [.. results.Goals, .. results.DynamicsGoals];
        if (all.Length == 0)
        {
            return;
        }

        var goals = Output.Table("", "GOAL", "HOLDS", "NARROWEST", "WHERE");
        foreach (var goal in all)
        {
            var narrowest = goal.Checks.MinBy(check => check.Margin)!;
            goals.AddTexts(
                goal.Holds ? "✓" : "✗", goal.Id, Words.Of($"{goal.Held} of {goal.Checks.Count}"), Words.Value(goal, narrowest),
                narrowest.Cell is null ? narrowest.Subject : $"{narrowest.Subject}: {narrowest.Cell}");
        }

        console.Write(goals);
        console.WriteLine();
    }
}
