using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MuLambda.Benchmarks.Serving;

/// <summary>What was measured, as Markdown.</summary>
internal sealed record ServingReport(
    ServingOptions Options, IReadOnlyList<ServingRow> Rows, IReadOnlyList<KeyValuePair<string, IReadOnlyList<double>>> Starts)
{
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        Line(text, $"{Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription};");
        Line(text, $"{Options.Rounds} rounds of {Options.Slice.TotalSeconds} s a cell, the targets in turn. Latencies at one caller.");
        foreach (var table in Rows.GroupBy(r => (r.Model, r.Items)))
        {
            Line(text, $"");
            Line(text, $"### {table.Key.Model}, {table.Key.Items} image{(table.Key.Items == 1 ? "" : "s")} a call");
            Line(text, $"");
            var rates = string.Concat(Options.Callers.Select(c => $" images/s, {c} caller{(c == 1 ? "" : "s")} |"));
            Line(text, $"| | median | p99 | above raw |{rates}");
            Line(text, $"|---|--:|--:|--:|{string.Concat(Options.Callers.Select(_ => "--:|"))}");
            var raw = table.First();
            foreach (var row in table)
            {
                var least = row.ByCallers[Options.Callers[0]];
                var above = row == raw ? "" : $"{Time(least.Median - raw.ByCallers[Options.Callers[0]].Median)}";
                var cells = string.Concat(Options.Callers.Select(c => $" {(row.ByCallers.TryGetValue(c, out var cell) ? Rate(cell.Rate) : "")} |"));
                Line(text, $"| {row.Target} | {Time(least.Median)} | {Time(least.P99)} | {above} |{cells}");
            }
        }

        Line(text, $"");
        Line(text, $"### From the executor's start to its first answer");
        Line(text, $"");
        Line(text, $"| model | fastest | median | slowest |");
        Line(text, $"|---|--:|--:|--:|");
        foreach (var (model, seconds) in Starts.Where(s => s.Value.Count > 0))
        {
            var sorted = seconds.Order().ToArray();
            Line(text, $"| {model} | {sorted[0]:F2} s | {sorted[sorted.Length / 2]:F2} s | {sorted[^1]:F2} s |");
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Time(double microseconds) => Math.Abs(microseconds) < 10_000
        ? string.Create(CultureInfo.InvariantCulture, $"{microseconds:F0} us")
        : string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000:F1} ms");

    private static string Rate(double rate) => rate.ToString(rate < 100 ? "F1" : "F0", CultureInfo.InvariantCulture);
}
