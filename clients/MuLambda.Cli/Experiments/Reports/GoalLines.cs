using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>Goals in Markdown: where each holds, and every place where it does not, with what is missing.</summary>
internal static class GoalLines
{
    private const int MaxMisses = 40;

    public static IEnumerable<string> Of(IReadOnlyList<Goal> goals)
    {
        yield return MarkdownTable.Row(["", "goal", "holds in", "of", "impossible in", "narrowest"]);
        yield return MarkdownTable.Rule(6);
        foreach (var goal in goals)
        {
            var narrowest = goal.Checks.MinBy(check => check.Margin)!;
            yield return MarkdownTable.Row(
            [
                goal.Holds ? "✓" : "✗", goal.Title, Words.Of($"{goal.Held}"), Words.Of($"{goal.Checks.Count}"),
                goal.Checks.Any(check => check.Bound is not null) ? Words.Of($"{goal.Impossible}") : "",
                $"{Words.Value(goal, narrowest)}, {narrowest.Subject}{(narrowest.Cell is null ? "" : $", {narrowest.Cell}")}",
            ]);
        }

        yield return "";
        foreach (var goal in goals.Where(goal => !goal.Holds))
        {
            var misses = goal.Checks.Where(check => !check.Holds).OrderBy(check => check.Margin).ToArray();
            yield return $"Where it does not hold: {goal.Title}.";
            yield return "";
            yield return MarkdownTable.Row(["cell", "compared", "is", "at best"]);
            yield return MarkdownTable.Rule(4);
            foreach (var miss in misses.Take(MaxMisses))
            {
                yield return MarkdownTable.Row([miss.Cell?.ToString() ?? "all", miss.Subject, Words.Value(goal, miss), Words.AtBest(goal, miss)]);
            }

            if (misses.Length > MaxMisses)
            {
                yield return "";
                yield return Words.Of($"And {misses.Length - MaxMisses} more, by less.");
            }

            yield return "";
        }
    }
}
