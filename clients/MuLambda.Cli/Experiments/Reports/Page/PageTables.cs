using System.Net;
using System.Text;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>The tables of the page.</summary>
internal static class PageTables
{
    private const int MaxMisses = 60;

    public static string Averages(PaperResults results)
    {
        var useCases = results.Plan.Grid.UseCases;
        return Words.Of($"<p>Means over {results.Cells.Count} cells, each of which counts alike.</p>") + Table(
            ["policy", "utility", .. useCases.Select(useCase => useCase.Name), "mean round trip", "confidence"],
            results.Averages.Select(average => (IEnumerable<string>)
            [
                $"<span class=\"key\" style=\"background:var(--{average.Policy})\"></span>{average.Policy}",
                Words.Of($"{average.Utility:0.000}"),
                .. average.ByUseCase.Select(utility => Words.Of($"{utility:0.000}")),
                Words.Milliseconds(average.RoundTripMs),
                Words.Of($"{average.Confidence:0.000}"),
            ]));
    }

    public static string Goals(IReadOnlyList<Goal> goals)
    {
        var html = new StringBuilder(Table(
            ["", "goal", "holds in", "narrowest"],
            goals.Select(goal =>
            {
                var narrowest = goal.Checks.MinBy(check => check.Margin)!;
                return (IEnumerable<string>)
                [
                    goal.Holds ? "<span class=\"good\">✓</span>" : "<span class=\"bad\">✗</span>",
                    Text(goal.Title),
                    Words.Of($"{goal.Held} of {goal.Checks.Count}{(goal.Impossible > 0 ? $", impossible in {goal.Impossible}" : "")}"),
                    Text($"{Words.Value(goal, narrowest)}, {narrowest.Subject}{(narrowest.Cell is null ? "" : $", {narrowest.Cell}")}"),
                ];
            }),
            "goals"));
        foreach (var goal in goals.Where(goal => !goal.Holds))
        {
            var misses = goal.Checks.Where(check => !check.Holds).OrderBy(check => check.Margin).ToArray();
            html.Append(Words.Of($"<details><summary>Where it does not hold: {Text(goal.Title)} ({misses.Length})</summary>"))
                .Append(Table(
                    ["cell", "compared", "is", "at best"],
                    misses.Take(MaxMisses).Select(miss => (IEnumerable<string>)
                        [Text(miss.Cell?.ToString() ?? "all"), Text(miss.Subject), Text(Words.Value(goal, miss)), Text(Words.AtBest(goal, miss))]),
                    "goals"))
                .Append(misses.Length > MaxMisses ? Words.Of($"<p>And {misses.Length - MaxMisses} more, by less.</p>") : "")
                .Append("</details>");
        }

        return html.ToString();
    }

    public static string Dynamics(PaperDynamics dynamics) =>
        string.Concat(DynamicsMarkdown.Introduction.Select(line => $"<p>{Text(line)}</p>"))
        + Table(DynamicsMarkdown.Columns, DynamicsMarkdown.Rows(dynamics));

    public static string Schedule(PaperSchedule schedule, PaperNetwork network) => Table(
        ["node", "answers are delayed by", "models"],
        schedule.Nodes.Select((models, node) => (IEnumerable<string>)
        [
            Words.Of($"{node}"),
            Words.Of($"{network.DelayMs(node):0.#} ms"),
            models.Count == 0 ? "none" : Text(string.Join(", ", models.Select(model => model.Name))),
        ]),
        "goals");

    public static string Text(string text) => WebUtility.HtmlEncode(text);

    public static string Table(IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows, string kind = "figures") =>
        $"<div class=\"wide\"><table class=\"{kind}\"><thead><tr>{Cells("th", columns)}</tr></thead><tbody>"
        + string.Concat(rows.Select(row => $"<tr>{Cells("td", row)}</tr>\n")) + "</tbody></table></div>";

    private static string Cells(string tag, IEnumerable<string> cells) => string.Concat(cells.Select(cell => $"<{tag}>{cell}</{tag}>"));
}
