using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Serialization;

namespace MuLambda.Benchmarks.Batching;

/// <summary>What was measured, as Markdown.</summary>
/// <param name="Title">What was put under load.</param>
/// <param name="Command">The command that made it.</param>
/// <param name="Notes">How it was measured.</param>
/// <param name="Settings">The policies with their settings.</param>
/// <param name="Servers">The executors.</param>
/// <param name="Cells">The loads: rounds of the same cell are one.</param>
internal sealed record BatchingReport(
    string Title,
    string Command,
    IReadOnlyList<string> Notes,
    [property: JsonIgnore] IReadOnlyList<PolicySetting> Settings,
    IReadOnlyList<BatchingServer> Servers,
    IReadOnlyList<BatchingCell> Cells)
{
    /// <summary>The machine.</summary>
    public string Machine { get; init; } =
        Text($"{Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");

    public IReadOnlyList<BatchingGoal> Goals => BatchingGoal.Of(this);

    public IEnumerable<string> ArrivalsOf(BatchingServer server) => Cells.Where(c => c.Server == server.Name).Select(c => c.Arrivals).Distinct();

    /// <summary>The fixed setting with the most goodput under a load; null where none was measured.</summary>
    public BatchingCell? BestFixed(string server, string arrivals, double load)
    {
        var isFixed = Settings.Where(s => s.IsFixed).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        return Cells.Where(c => c.Server == server && c.Arrivals == arrivals && c.Load == load && isFixed.Contains(c.Setting))
            .MaxBy(c => c.GoodPerSecond);
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        Line(text, $"# {Title}");
        Line(text, $"");
        Line(text, $"```sh");
        Line(text, $"{Command}");
        Line(text, $"```");
        Line(text, $"");
        Line(text, $"{Machine}. {string.Join(' ', Notes).Replace("*", "\\*", StringComparison.Ordinal)}");
        Line(text, $"");
        Line(text, $"## Aims");
        Line(text, $"");
        Line(text, $"| executor | aim of `{PolicySetting.Adaptive}` | found | |");
        Line(text, $"|---|---|--:|---|");
        foreach (var goal in Goals)
        {
            Line(text, $"| {goal.Server} | {goal.Aim} | {goal.Found} | {(goal.Holds ? "reached" : "**missed**")} |");
        }

        foreach (var server in Servers)
        {
            Server(text, server);
        }

        return text.ToString();
    }

    private void Server(StringBuilder text, BatchingServer server)
    {
        Line(text, $"");
        Line(text, $"## {server.Name}");
        Line(text, $"");
        Line(text, $"Without batches: {server.CapacityPerSecond:0} requests a second, median {server.MedianMs:0.00} ms; objective {server.SloMs:0.00} ms.");
        Line(text, $"");
        Line(text, $"Saturated:");
        Line(text, $"");
        Line(text, $"| | {string.Join(" | ", server.Saturated.Keys)} |");
        Line(text, $"|---|{string.Concat(server.Saturated.Select(_ => "--:|"))}");
        Saturated(text, server, "requests a second", one => one.PerSecond);
        Saturated(text, server, "processor, us a request: executor", one => one.ExecutorUs);
        Saturated(text, server, "selector", one => one.SelectorUs);
        Saturated(text, server, "callers", one => one.CallersUs);
        foreach (var arrivals in ArrivalsOf(server))
        {
            foreach (var load in Cells.Where(c => c.Server == server.Name && c.Arrivals == arrivals).GroupBy(c => c.Load))
            {
                Load(text, server, arrivals, load.Key, [.. load]);
            }
        }
    }

    private static void Saturated(StringBuilder text, BatchingServer server, string name, Func<Saturation, double?> figure)
    {
        if (server.Saturated.Values.Any(one => figure(one) is not null))
        {
            Line(text, $"| {name} | {string.Join(" | ", server.Saturated.Values.Select(one => Text($"{figure(one):0}")))} |");
        }
    }

    private void Load(StringBuilder text, BatchingServer server, string arrivals, double load, IReadOnlyList<BatchingCell> cells)
    {
        Line(text, $"");
        Line(text, $"### {server.Name}, {arrivals}, load {load:0.##}");
        Line(text, $"");
        var best = BestFixed(server.Name, arrivals, load);
        if (best is not null && cells.FirstOrDefault(c => c.Setting == PolicySetting.Adaptive) is { } adaptive)
        {
            Line(text, $"adaptive / best fixed ({best.Setting}): {(best.GoodPerSecond > 0 ? adaptive.GoodPerSecond / best.GoodPerSecond : 1):0.000}");
            Line(text, $"");
        }

        Line(text, $"| policy | offered/s | goodput/s | p50, ms | p99, ms | refused/s | late/s | sent late by, ms |");
        Line(text, $"|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var cell in cells)
        {
            Line(text, $"| {cell.Setting}{(cell.KeptSchedule ? "" : " \\*")} | {cell.OfferedPerSecond:0} | {cell.GoodPerSecond:0}{Error(cell.GoodError)} | {Ms(cell.P50Ms)} | {Ms(cell.P99Ms)} | {cell.RefusedPerSecond:0} | {cell.LatePerSecond:0} | {Ms(cell.LagMs)} |");
        }
    }

    private static string Error(double? value) => value is { } error ? Text($" ± {error:0}") : "";

    private static string Ms(double? value) => value is { } ms ? Text($"{ms:0.00}") : "";

    private static void Line(StringBuilder text, FormattableString line) => text.Append(Text(line)).Append('\n');

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
