using System.Text.Json.Nodes;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>A run on live processes as a page with its course.</summary>
internal static class LiveScalingPage
{
    private const double BinSeconds = 1;

    /// <summary>Draws the course, and writes the page with it.</summary>
    /// <returns>Its path.</returns>
    public static async Task<string> WriteAsync(
        LiveScalingResult result, string directory, ChartProgram charts, Func<Func<Task>, Task> installing, CancellationToken cancellationToken)
    {
        PageSection[] sections =
        [
            new("course", "Course", Table(["", "found"], LiveScalingReport.Facts(result).Select(fact => (IReadOnlyList<string>)[fact.Name, fact.Value])), [Course(result)]),
            new("decisions", "Decisions", Table(LiveScalingReport.DecisionColumns, LiveScalingReport.Decisions(result)), []),
            new("launches", "Launches", Table(LiveScalingReport.LaunchColumns, LiveScalingReport.Launches(result)), []),
        ];
        var drawn = await charts.DrawAsync(
            sections.SelectMany(section => section.AllFigures).Select(figure => figure.ToJson()), installing, cancellationToken);
        return await PaperReport.WriteAsync(
            directory,
            "index.html",
            HtmlPage.Lines(
                "MuLambda: scaling on live processes",
                [$"<p><code>{PageTables.Text(result.Plan.Command)}</code></p>", $"<p>{PageTables.Text(string.Join(' ', LiveScalingReport.Setting(result)))}</p>"],
                sections,
                drawn),
            cancellationToken);
    }

    private static Figure Course(LiveScalingResult result)
    {
        var (seconds, replicas) = (result.Bins(BinSeconds), result.Bins(LiveScalingOutcome.BinSeconds));
        return new Figure(
            "course-live",
            "course",
            "Requests and replicas",
            "Requests by when they were due: those answered within the objective, beyond it, and not at all; the slowest of each second beside the objective (dotted); "
                + "and the replicas: decided on (dashed), launched and not yet gone (thin), serving.",
            new JsonObject
            {
                ["binSeconds"] = BinSeconds,
                ["sampleSeconds"] = LiveScalingOutcome.BinSeconds,
                ["sloMs"] = LiveScalingPlan.SloMs,
                ["good"] = Figure.Numbers(seconds.Select(bin => bin.Good / BinSeconds)),
                ["late"] = Figure.Numbers(seconds.Select(bin => bin.Late / BinSeconds)),
                ["failed"] = Figure.Numbers(seconds.Select(bin => bin.Failed / BinSeconds)),
                ["slowest"] = Figure.Numbers(seconds.Select(bin => bin.SlowestMs)),
                ["desired"] = Figure.Numbers(replicas.Select(bin => (double)bin.Desired)),
                ["alive"] = Figure.Numbers(replicas.Select(bin => (double)(bin.Starting + bin.Ready + bin.Draining))),
                ["ready"] = Figure.Numbers(replicas.Select(bin => (double)bin.Ready)),
            });
    }

    private static string Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows) =>
        PageTables.Table(columns.Select(PageTables.Text), rows.Select(row => row.Select(PageTables.Text)), "goals");
}
