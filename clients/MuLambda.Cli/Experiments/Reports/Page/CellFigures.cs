using System.Text.Json.Nodes;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>The figures of one cell: distributions, their course over the run, and load per node.</summary>
internal static class CellFigures
{
    private const int Steps = 80;

    // Whiskers reach over all but the rarest.
    private static readonly double[] BoxQuantiles = [0.01, 0.25, 0.5, 0.75, 0.99];

    public static Figure Distributions(CellSummary cell) => new(
        IdOf("distribution", cell),
        "distributions",
        $"Round trip and accuracy: {Of(cell)}",
        Captions.Distributions(cell),
        new JsonObject { ["policies"] = new JsonArray([.. cell.Policies.Select(policy => (JsonNode)Distribution(policy))]) });

    public static Figure Series(CellSummary cell)
    {
        var phases = cell.Cell.UseCase.Phases;
        var changes = phases.Count == 1
            ? []
            : phases.Select((weights, i) => (JsonNode)new JsonObject
            {
                ["at"] = (double)i / phases.Count,
                ["label"] = Words.Of($"{weights.Latency:0.##} : {weights.Accuracy:0.##}"),
            });
        return new Figure(
            IdOf("series", cell),
            "series",
            $"As the run goes on: {Of(cell)}",
            Captions.Series(cell),
            new JsonObject
            {
                ["changes"] = new JsonArray([.. changes]),
                ["policies"] = new JsonArray([.. cell.Policies.Select(policy => (JsonNode)new JsonObject
                {
                    ["name"] = policy.Policy,
                    ["roundTrip"] = Figure.Numbers(Mean(policy, run => run.Progress.RoundTripMs)),
                    ["accuracy"] = Figure.Numbers(Mean(policy, run => run.Progress.Confidence)),
                })]),
            });
    }

    public static Figure Load(CellSummary cell) => new(
        IdOf("load", cell),
        "load",
        $"Requests in flight per node: {Of(cell)}",
        Captions.Load(cell),
        new JsonObject
        {
            ["nodes"] = Figure.Texts(cell.Cell.Schedule.Nodes.Select((_, node) => Words.Of($"node {node} ({cell.Cell.Network.DelayMs(node):0.#} ms away)"))),
            ["policies"] = new JsonArray([.. cell.Policies.Select(policy => (JsonNode)new JsonObject
            {
                ["name"] = policy.Policy,
                ["binMs"] = policy.Runs[0].Load.BinMs,
                ["inFlight"] = new JsonArray([.. policy.Runs[0].Load.InFlight.Select(node => (JsonNode)Figure.Numbers(node))]),
            })]),
        });

    /// <summary>A cell's place in the page.</summary>
    public static string Of(CellSummary cell) => cell.Cell.ToString();

    private static string IdOf(string kind, CellSummary cell) =>
        Words.Of($"{kind}-{cell.Cell.Schedule.Name}-{cell.Cell.UseCase.Name}-{cell.Cell.Streams}");

    private static JsonObject Distribution(PolicySummary policy)
    {
        var accuracy = new JsonArray(Pair(0, 0));
        var below = 0L;
        foreach (var (value, count) in policy.Confidences)
        {
            below += count;
            accuracy.Add(Pair(value, (double)below / policy.RoundTrips.Count));
        }

        accuracy.Add(Pair(1, 1));
        return new JsonObject
        {
            ["name"] = policy.Policy,
            ["roundTrip"] = new JsonArray([.. Enumerable.Range(0, Steps + 1)
                .Select(i => (JsonNode)Pair(policy.RoundTrips.Quantile((double)i / Steps), (double)i / Steps))]),
            ["roundTripBox"] = Figure.Numbers(BoxQuantiles.Select(policy.RoundTrips.Quantile)),
            ["accuracy"] = accuracy,
            ["accuracyBox"] = Figure.Numbers(BoxQuantiles.Select(q => Quantile(policy.Confidences, q))),
        };
    }

    private static JsonArray Pair(double x, double y) => Figure.Numbers([x, y]);

    private static double Quantile(IReadOnlyList<ValueCount> values, double q)
    {
        var rank = q * values.Sum(value => value.Count);
        var below = 0L;
        foreach (var (value, count) in values)
        {
            below += count;
            if (below >= rank)
            {
                return value;
            }
        }

        return values.Count == 0 ? 0 : values[^1].Value;
    }

    private static IEnumerable<double> Mean(PolicySummary policy, Func<PaperRunResult, IReadOnlyList<double>> parts) =>
        Enumerable.Range(0, parts(policy.Runs[0]).Count).Select(i => policy.Runs.Average(run => parts(run)[i]));
}
