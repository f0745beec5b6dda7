using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MuLambda.Benchmarks.Selecting;

/// <summary>What was measured, as Markdown.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Constant">The turns of the constant answer.</param>
/// <param name="Select">The turns of the selection, in the same order.</param>
internal sealed record SelectReport(SelectOptions Options, IReadOnlyList<SelectTurn> Constant, IReadOnlyList<SelectTurn> Select)
{
    /// <summary>The requests a second of all turns of the selection, relative to those of the constant answer.</summary>
    public double Ratio => Rate(Select) / Rate(Constant);

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        Line(text, $"{Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription};");
        Line(text, $"{Options.Executors} executors, policy {Options.Policy}, wrk with {Options.Connections} connections and {Options.Threads} threads;");
        Line(text, $"{Options.Rounds} rounds of {Options.Slice.TotalSeconds} s an endpoint, which take turns; processor: time of the selector a request.");
        Line(text, $"");
        Line(text, $"| round | constant, requests/s | p50 | p99 | processor | select, requests/s | p50 | p99 | processor | ratio |");
        Line(text, $"|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (var i = 0; i < Select.Count; i++)
        {
            Line(text, $"| {i + 1} | {Cells(Constant[i])} | {Cells(Select[i])} | {Select[i].Wrk.Rate / Constant[i].Wrk.Rate:F2} |");
        }

        Line(text, $"| all | {Cells(Constant)} | {Cells(Select)} | {Ratio:F2} |");
        return text.ToString();
    }

    // Percentiles of percentiles say nothing: for all rounds it is the middle one's.
    private static string Cells(IReadOnlyList<SelectTurn> turns) => Cells(
        Rate(turns), Median(turns.Select(t => t.Wrk.P50Us)), Median(turns.Select(t => t.Wrk.P99Us)), Median(turns.Select(t => t.ProcessorUs)));

    private static string Cells(SelectTurn turn) => Cells(turn.Wrk.Rate, turn.Wrk.P50Us, turn.Wrk.P99Us, turn.ProcessorUs);

    private static string Cells(double rate, double p50Us, double p99Us, double processorUs) =>
        string.Create(CultureInfo.InvariantCulture, $"{rate:F0} | {p50Us / 1000:F2} ms | {p99Us / 1000:F2} ms | {processorUs:F1} us");

    private static double Rate(IReadOnlyList<SelectTurn> turns) => turns.Sum(t => t.Wrk.Requests) / (turns.Sum(t => t.Wrk.DurationUs) / 1e6);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
