using System.Text.Json.Nodes;
using MuLambda.Cli.Experiments;

namespace MuLambda.Benchmarks.Batching;

/// <summary>What was measured, as a page with figures.</summary>
internal static class BatchingPage
{
    public static async Task<IEnumerable<string>> LinesAsync(BatchingReport report, ChartProgram charts, Action<string> progress)
    {
        var drawn = await charts.DrawAsync(
            Figures(report),
            install =>
            {
                progress("installing what draws the figures");
                return install();
            },
            CancellationToken.None);
        return HtmlPage.Lines(
            report.Title,
            [
                $"<p><code>{PageTables.Text(report.Command)}</code></p>",
                $"<p>{PageTables.Text(report.Machine)}. {PageTables.Text(string.Join(' ', report.Notes))}</p>",
            ],
            Sections(report),
            drawn);
    }

    /// <summary>What the figures are drawn from.</summary>
    public static IReadOnlyList<JsonObject> Figures(BatchingReport report) =>
        [.. Sections(report).SelectMany(section => section.AllFigures).Select(figure => figure.ToJson())];

    private static IReadOnlyList<PageSection> Sections(BatchingReport report) =>
    [
        new(
            "aims",
            "Aims",
            PageTables.Table(
                ["", "executor", "aim", "found"],
                report.Goals.Select(goal => (IEnumerable<string>)
                [
                    goal.Holds ? "<span class=\"good\">✓</span>" : "<span class=\"bad\">✗</span>",
                    PageTables.Text(goal.Server), PageTables.Text(goal.Aim), PageTables.Text(goal.Found),
                ]),
                "aims"),
            []),
        .. report.Servers.Select((server, i) => new PageSection(
            $"server-{i}",
            server.Name,
            Words.Of($"<p>Without batches {server.CapacityPerSecond:0} requests a second, median {server.MedianMs:0.00} ms; objective {server.SloMs:0.00} ms.</p>"),
            [.. report.ArrivalsOf(server).Select((arrivals, j) => Figure(report, server, arrivals, $"server-{i}-{j}"))])),
    ];

    private static Figure Figure(BatchingReport report, BatchingServer server, string arrivals, string id)
    {
        var cells = report.Cells.Where(c => c.Server == server.Name && c.Arrivals == arrivals).ToArray();
        var loads = cells.Select(c => c.Load).Distinct().Order().ToArray();
        return new Figure(
            id,
            "batching",
            $"{server.Name}: {arrivals}",
            "Loads are shares of what the executor answers without batches. Left the requests answered within the objective, dotted what was offered; right the 99th percentile of all answers. Of fixed the colour is the size, the line the timeout: the shortest solid, then dashed, then dotted.",
            new JsonObject
            {
                ["loads"] = Cli.Experiments.Figure.Numbers(loads),
                ["offered"] = Cli.Experiments.Figure.Numbers(loads.Select(load => cells.Where(c => c.Load == load).Average(c => c.OfferedPerSecond))),
                ["sloMs"] = Cli.Experiments.Figure.Digits(server.SloMs),
                ["policies"] = new JsonArray([.. report.Settings.Select(setting => (JsonNode)new JsonObject
                {
                    ["name"] = setting.Name,
                    ["policy"] = setting.Policy,
                    ["items"] = setting.Items,
                    ["timeoutMs"] = setting.TimeoutMs,
                    ["goodput"] = Cli.Experiments.Figure.Numbers(loads.Select(load => Of(load, setting)?.GoodPerSecond ?? 0)),
                    ["p99"] = new JsonArray([.. loads.Select(load => Of(load, setting)?.P99Ms is { } ms ? (JsonNode)Cli.Experiments.Figure.Digits(ms) : null)]),
                })]),
            });

        BatchingCell? Of(double load, PolicySetting setting) => cells.FirstOrDefault(c => c.Load == load && c.Setting == setting.Name);
    }
}
