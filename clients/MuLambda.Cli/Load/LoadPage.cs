using System.Text.Json.Nodes;
using MuLambda.Cli.Experiments;
using MuLambda.Load;

namespace MuLambda.Cli.Load;

/// <summary>What stands in the page of a load.</summary>
internal static class LoadPage
{
    public static string Title(LoadOutcome outcome) => $"Load on {outcome.Model}";

    public static IReadOnlyList<string> Lead(LoadOutcome outcome) =>
    [
        $"<p>{PageTables.Text(outcome.Load)}; {outcome.Protocol}.</p>",
        Words.Of($"<p>Begun {outcome.Runs[0].StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.</p>"),
    ];

    public static IReadOnlyList<PageSection> Sections(LoadOutcome outcome) =>
    [
        new(
            "summary",
            "Summary",
            PageTables.Table(LoadTable.Columns(outcome).Select(PageTables.Text), LoadTable.Rows(outcome).Select(row => row.Select(PageTables.Text)))
                + string.Concat(LoadTable.Notes(outcome).Select(note => $"<p>{PageTables.Text(note)}</p>")),
            []),
        new("latency", "Latency", "", [Distribution(outcome)]),
        new("time", "Over time", "", [Timeline(outcome)]),
    ];

    private static Figure Distribution(LoadOutcome outcome) => new(
        "latency-percentiles",
        "latency",
        "Latency by percentile",
        "Both axes are logarithmic, the horizontal one in the share of answers that took longer. In an open loop a latency counts from when the request was due.",
        Data(outcome, run => new JsonObject
        {
            ["points"] = new JsonArray([.. run.Distribution.Select(point => (JsonNode)new JsonArray(point.Share, Figure.Digits(point.Ms)))]),
        }));

    private static Figure Timeline(LoadOutcome outcome) => new(
        "timeline",
        "timeline",
        "Answers, latency, errors and requests under way, second by second",
        "Answers and errors by when they came, latencies by when the request was due" + (outcome.SloMs is null ? "." : "; dashed: within the SLO.")
            + " The thick line of latencies is the median, the thin one the 99th percentile.",
        Data(outcome, run =>
        {
            // The last second may be a part of one.
            double LengthOf(LoadSecond second) => Math.Max(Math.Min(1, run.Seconds - second.Second), 0.001);
            return new JsonObject
            {
                ["answered"] = Figure.Numbers(run.Series.Select(second => second.Answered / LengthOf(second))),
                ["good"] = outcome.SloMs is null ? null : Figure.Numbers(run.Series.Select(second => (second.Good ?? 0) / LengthOf(second))),
                ["failed"] = Figure.Numbers(run.Series.Select(second => second.Failed / LengthOf(second))),
                ["inFlight"] = Figure.Numbers(run.Series.Select(second => (double)second.InFlight)),
                ["p50"] = OrNull(run.Series.Select(second => second.P50Ms)),
                ["p99"] = OrNull(run.Series.Select(second => second.P99Ms)),
            };
        }));

    private static JsonObject Data(LoadOutcome outcome, Func<LoadResult, JsonObject> data) => new()
    {
        ["sloMs"] = outcome.SloMs,
        ["runs"] = new JsonArray([.. outcome.Runs.Select((run, i) =>
        {
            var json = data(run);
            json["name"] = outcome.Runs.Count > 1 ? $"{LoadTable.Letter(i)}: {run.Target}" : run.Target;
            return (JsonNode)json;
        })]),
    };

    private static JsonArray OrNull(IEnumerable<double?> numbers) =>
        new([.. numbers.Select(number => number is { } value ? (JsonNode)Figure.Digits(value) : null)]);
}
