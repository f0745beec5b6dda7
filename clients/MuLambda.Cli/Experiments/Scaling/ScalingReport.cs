using MuLambda.Simulation.Scaling;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>Writes what the experiment found: a row a run, and a summary.</summary>
internal static class ScalingReport
{
    public const string ResultsFile = "results.csv";
    public const string SummaryFile = "summary.md";

    /// <summary>Writes the files.</summary>
    /// <returns>Their paths.</returns>
    public static async Task<IReadOnlyList<string>> WriteTablesAsync(ScalingResults results, string directory, CancellationToken cancellationToken) =>
    [
        await PaperReport.WriteAsync(directory, ResultsFile, Csv(results), cancellationToken),
        await PaperReport.WriteAsync(directory, SummaryFile, Summary(results), cancellationToken),
    ];

    private static IEnumerable<string> Csv(ScalingResults results)
    {
        yield return "trace,model,policy,seed,offered,good,answered,refused,lost,attainment,replica_seconds,waited_cold,launches,actions,direction_changes,"
            + "most_changes_in_window,p50_ms,p99_ms";
        foreach (var cell in results.Cells)
        {
            foreach (var policy in cell.Policies.Concat(cell.Tuning))
            {
                foreach (var (run, seed) in policy.Runs.Zip(results.Plan.Seeds))
                {
                    yield return Words.Of(
                        $"{cell.Trace.Name},{cell.Model?.Name ?? "all"},{policy.Policy},{seed},{run.Offered},{run.Good},{run.Answered},{run.Refused},{run.Lost},{run.Attainment:0.000000},{run.ReplicaSeconds:0.0},{run.WaitedCold},{run.Launches},{run.Actions},{run.DirectionChanges},{run.MostChangesInWindow},{Number(run.P50Ms)},{Number(run.P99Ms)}");
                }
            }
        }
    }

    private static IEnumerable<string> Summary(ScalingResults results)
    {
        var plan = results.Plan;
        List<string> lines =
        [
            "# Scaling policies, in virtual time",
            "",
            $"`{results.Command}`",
            "",
            Words.Of($"{results.Count} runs of {plan.Policies.Count} policies, seeds {string.Join(", ", plan.Seeds)}; policies meet the same requests with the same luck. What is what stands in"),
            "[docs/simulation.md](../../docs/simulation.md#scaling); every run is in `results.csv`, its course in `index.html`. Figures are means over the seeds.",
            "",
        ];
        lines.AddRange(AimsOf(results));
        lines.AddRange(["## Averages", "", "Means over the traces, in each of them over the models.", ""]);
        lines.AddRange(Table(ScalingTables.AverageColumns, ScalingTables.Averages(results)));
        foreach (var trace in plan.Traces)
        {
            lines.AddRange([$"## {trace.Name}", "", $"{char.ToUpperInvariant(trace.Description[0])}{trace.Description[1..]}.", ""]);
            foreach (var cell in results.Cells.Where(cell => cell.Trace == trace))
            {
                if (cell.Model is { } model)
                {
                    lines.AddRange(
                    [
                        Words.Of($"**{model.Name}**: {model.SloMs:0} ms for 99 %; a batch takes {model.Server.FixedMs:0.#} ms and {model.Server.PerItemMs:0.#} ms a request, a cold start {model.ColdStart.MeanMs:0} ms"),
                        "",
                    ]);
                }

                lines.AddRange(Table(ScalingTables.Columns, ScalingTables.Rows(results, cell)));
            }
        }

        return lines.Take(lines.Count - 1);
    }

    private static IEnumerable<string> AimsOf(ScalingResults results)
    {
        if (results.Aims.Count == 0)
        {
            return [];
        }

        return
        [
            "## Aims",
            "",
            .. Table(["", "aim", "holds in", "found"], results.Aims.Select(aim => (IReadOnlyList<string>)
                [aim.IsInformation ? "for information" : aim.IsReached ? "reached" : "**missed**", aim.Title, Words.Of($"{aim.Held} of {aim.Checked}"), aim.Found])),
            .. results.Aims.Where(aim => aim.Misses.Count > 0).SelectMany(aim => (IEnumerable<string>)
                [$"Where it does not hold: {aim.Title}.", "", .. aim.Misses.Select(miss => $"- {miss}"), ""]),
        ];
    }

    private static IEnumerable<string> Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows) =>
        [MarkdownTable.Row(columns), MarkdownTable.Rule(columns.Count), .. rows.Select(MarkdownTable.Row), ""];

    private static string Number(double ms) => double.IsNaN(ms) ? "" : Words.Of($"{ms:0.00}");
}
