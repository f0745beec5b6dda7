using System.Text.Json.Nodes;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>Figures of executors that slow down or end: their share of the requests over time.</summary>
internal static class DynamicsFigures
{
    public static IEnumerable<Figure> Of(PaperDynamics dynamics)
    {
        foreach (var runs in dynamics.Slowdowns.GroupBy(run => run.Cell.Streams))
        {
            yield return Shares(
                Words.Of($"slowdown-{runs.Key}"),
                Words.Of($"The busiest executor's share of the requests while it is ten times slower: {runs.Key} streams"),
                "ten times slower",
                "Each policy's own busiest executor, from 20 to 40 s ten times slower. A policy that notices sends it next to nothing from then on, and is back soon after 40 s.",
                [.. runs.Select(run => (run.Cell, run.Policy, run.Shares))]);
        }

        foreach (var runs in dynamics.Kills.GroupBy(run => run.Cell.Streams).Take(1))
        {
            yield return Shares(
                Words.Of($"kill-{runs.Key}"),
                Words.Of($"The busiest executor's share of the requests while its process is gone: {runs.Key} streams"),
                "gone",
                Words.Of($"Its process ends at 20 s and runs again at 40 s. Of {runs.Sum(run => run.Requests)} requests {runs.Sum(run => run.Failed)} failed; {runs.Sum(run => run.Retried)} were answered by another executor than the first one."),
                [.. runs.Select(run => (run.Cell, run.Policy, run.Shares))]);
        }
    }

    private static Figure Shares(
        string id, string title, string what, string caption, IReadOnlyList<(PaperCell Cell, string Policy, IReadOnlyList<double> Shares)> runs) => new(
        id,
        "shares",
        title,
        caption,
        new JsonObject
        {
            ["what"] = what,
            ["binMs"] = Trial.BinMs,
            ["fromMs"] = Trial.FromMs,
            ["untilMs"] = Trial.UntilMs,
            ["policies"] = Figure.Texts(runs.Select(run => run.Policy).Distinct()),
            ["panels"] = new JsonArray([.. runs.GroupBy(run => run.Cell).Select(cell => (JsonNode)new JsonObject
            {
                ["title"] = $"{cell.Key.Schedule.Name}/{cell.Key.UseCase.Name}",
                ["policies"] = new JsonArray([.. cell.Select(run => (JsonNode)new JsonObject
                {
                    ["name"] = run.Policy,
                    ["shares"] = Figure.Numbers(run.Shares),
                })]),
            })]),
        });
}
