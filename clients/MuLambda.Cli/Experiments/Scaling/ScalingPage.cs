using System.Text.Json.Nodes;
using MuLambda.Simulation.Scaling;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>The results as a page with figures.</summary>
internal static class ScalingPage
{
    /// <summary>Draws the figures, and writes the page with them.</summary>
    /// <returns>Its path.</returns>
    public static async Task<string> WriteAsync(
        ScalingResults results, string directory, ChartProgram charts, Func<Func<Task>, Task> installing, CancellationToken cancellationToken)
    {
        var sections = Sections(results);
        var drawn = await charts.DrawAsync(
            sections.SelectMany(section => section.AllFigures).Select(figure => figure.ToJson()), installing, cancellationToken);
        return await PaperReport.WriteAsync(
            directory,
            "index.html",
            HtmlPage.Lines(
                "MuLambda: scaling policies, in virtual time",
                [
                    Words.Of($"<p>{results.Count} runs, seeds {string.Join(", ", results.Plan.Seeds)}. Policies meet the same requests with the same luck.</p>"),
                    $"<p><code>{PageTables.Text(results.Command)}</code></p>",
                ],
                sections,
                drawn),
            cancellationToken);
    }

    private static List<PageSection> Sections(ScalingResults results)
    {
        var sections = new List<PageSection>
        {
            new("averages", "Averages", Table(ScalingTables.AverageColumns, ScalingTables.Averages(results)), [Tradeoff(results)]),
        };
        if (results.Aims.Count > 0)
        {
            sections.Insert(0, new PageSection("aims", "Aims", Aims(results.Aims), []));
        }

        foreach (var trace in results.Plan.Traces)
        {
            sections.Add(new PageSection($"trace-{trace.Name}", trace.Name, $"<p>{PageTables.Text(trace.Description)}.</p>", [])
            {
                Sections = [.. results.Cells.Where(cell => cell.Trace == trace).Select(cell => new PageSection(
                    $"cell-{trace.Name}-{cell.Model?.Name ?? "all"}", cell.Model?.Name ?? "all models",
                    Table(ScalingTables.Columns, ScalingTables.Rows(results, cell)), [Course(cell, results.Plan.Seeds[0])]))],
            });
        }

        return sections;
    }

    private static string Aims(IReadOnlyList<ScalingAim> aims) =>
        PageTables.Table(
            ["", "aim", "holds in", "found"],
            aims.Select(aim => (IEnumerable<string>)
            [
                aim.IsInformation ? "–" : aim.IsReached ? "<span class=\"good\">✓</span>" : "<span class=\"bad\">✗</span>", PageTables.Text(aim.Title),
                Words.Of($"{aim.Held} of {aim.Checked}"), PageTables.Text(aim.Found),
            ]),
            "goals")
        + string.Concat(aims.Where(aim => aim.Misses.Count > 0).Select(aim =>
            $"<details><summary>Where it does not hold: {PageTables.Text(aim.Title)} ({aim.Misses.Count})</summary><ul>"
            + string.Concat(aim.Misses.Select(miss => $"<li>{PageTables.Text(miss)}</li>")) + "</ul></details>"));

    private static Figure Tradeoff(ScalingResults results) => new(
        "tradeoff",
        "tradeoff",
        "Requests within their objective, and what that takes",
        "A point is a policy on a trace with a model: how many of the requests are not answered within their objective (logarithmic, the target dotted), and the "
            + "replica-seconds in those of the policy that has the most replicas there. Best is at the bottom left.",
        new JsonObject
        {
            ["policies"] = Figure.Texts(results.Plan.Policies),
            ["target"] = 1 - ScalingAims.Target,
            ["panels"] = new JsonArray([.. results.Plan.Traces.Select(trace => (JsonNode)new JsonObject
            {
                ["title"] = trace.Name,
                ["points"] = new JsonArray([.. results.Cells.Where(cell => cell.Trace == trace).SelectMany(cell =>
                {
                    var most = cell.Policies.Max(policy => policy.ReplicaSeconds);
                    return cell.Policies.Select(policy => (JsonNode)new JsonObject
                    {
                        ["policy"] = policy.Policy,
                        ["replicas"] = Figure.Digits(policy.ReplicaSeconds / most),
                        ["missed"] = Figure.Digits(1 - policy.Attainment),
                    });
                })]),
            })]),
        });

    private static Figure Course(ScalingCell cell, long seed)
    {
        var first = cell.Policies[0].Runs[0].Timeline;
        var lengthS = cell.Trace.DurationMs / 1000 / ScalingExperiment.TimelinePoints;
        return new Figure(
            $"course-{cell.Trace.Name}-{cell.Model?.Name ?? "all"}",
            "replicas",
            $"Requests and replicas: {cell.Name}, seed {seed}",
            "Requests that come, replicas that are there (from launch to end), and requests that are answered beyond their objective or not at all."
                + (cell.Trace.WarmUpMs > 0 ? Words.Of($" The first {cell.Trace.WarmUpMs / 1000:0} s are not counted.") : ""),
            new JsonObject
            {
                ["policies"] = Figure.Texts(cell.Policies.Select(policy => policy.Policy)),
                ["binSeconds"] = lengthS,
                ["offered"] = Figure.Numbers(first.Select(point => point.Offered / lengthS)),
                ["runs"] = new JsonArray([.. cell.Policies.Select(policy => (JsonNode)new JsonObject
                {
                    ["name"] = policy.Policy,
                    ["replicas"] = Figure.Numbers(policy.Runs[0].Timeline.Select(point => (double)point.Alive)),
                    ["bad"] = Figure.Numbers(policy.Runs[0].Timeline.Select(point => point.Bad / lengthS)),
                })]),
            });
    }

    private static string Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows) =>
        PageTables.Table(
            columns.Select(PageTables.Text),
            rows.Select(row => row.Select((cell, i) => i == 0 ? Key(cell) : PageTables.Text(cell))));

    // What is in no figure has no color.
    private static string Key(string policy) => ScalingPolicySet.Names.Contains(policy)
        ? $"<span class=\"key\" style=\"background:var(--{policy})\"></span>{policy}"
        : PageTables.Text(policy);
}
