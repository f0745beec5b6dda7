using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MuLambda.Benchmarks.Proxying;

/// <summary>What was measured, as Markdown.</summary>
internal sealed record ProxyReport(ProxyOptions Options, string Command, IReadOnlyList<ProxyRow> Rows)
{
    private const double MostAddedUs = 200;

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        Line(text, $"# The selector beside calling the executor, and beside nginx");
        Line(text, $"");
        Line(text, $"```sh");
        Line(text, $"{Command}");
        Line(text, $"```");
        Line(text, $"");
        Line(text, $"{Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; {Options.Rounds} rounds of {Options.Slice.TotalSeconds} s a target, which take turns.");
        Line(text, $"");
        Line(text, $"## Predict over gRPC (TCP), one caller");
        Line(text, $"");
        Line(text, $"Medians of the rounds' medians; added: the median of the rounds' differences, at most {MostAddedUs:0} us aimed at. nginx passes the same calls on as they are (`grpc_pass`): what a hop costs that does nothing else.");
        Line(text, $"");
        Line(text, $"| model | executor | selector | added | added by round | | nginx adds |");
        Line(text, $"|---|--:|--:|--:|---|---|--:|");
        foreach (var row in Rows)
        {
            var rounds = string.Join(", ", row.DirectUs.Zip(row.SelectorUs, (direct, selector) => Text($"{selector - direct:0}")));
            Line(text, $"| {row.Model} | {ProxyRow.Median(row.DirectUs):0} us | {ProxyRow.Median(row.SelectorUs):0} us | {row.AddedUs:0} us | {rounds} | {Verdict(row.AddedUs <= MostAddedUs)} | {row.NginxAddedUs:0} us |");
        }

        Line(text, $"");
        Line(text, $"## `:predict` over REST, wrk with {Options.Connections} connections");
        Line(text, $"");
        Line(text, $"nginx with two workers and open connections in front of the executor's REST API, and the selector's; wrk shares the processors with them. At least the same requests a second are aimed at. Processor: time a request of executor / selector.");
        Line(text, $"");
        Line(text, $"| model | round | nginx, requests/s | p50 | p99 | processor | selector, requests/s | p50 | p99 | processor | ratio | |");
        Line(text, $"|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|");
        foreach (var row in Rows)
        {
            foreach (var (i, (nginx, selector)) in row.Nginx.Zip(row.Selector).Index())
            {
                Line(text, $"| {row.Model} | {i + 1} | {Cells(nginx)} | {Cells(selector)} | {selector.Wrk.Rate / nginx.Wrk.Rate:0.00} | |");
            }

            Line(text, $"| {row.Model} | all | {Mean(row.Nginx):0} | | | | {Mean(row.Selector):0} | | | | {row.Ratio:0.00} | {Verdict(row.Ratio >= 1)} |");
        }

        return text.ToString();
    }

    private static double Mean(IReadOnlyList<ProxyTurn> turns) => turns.Average(t => t.Wrk.Rate);

    private static string Verdict(bool holds) => holds ? "reached" : "**missed**";

    private static string Cells(ProxyTurn turn) => Text(
        $"{turn.Wrk.Rate:0} | {turn.Wrk.P50Us / 1000:0.00} ms | {turn.Wrk.P99Us / 1000:0.00} ms | {turn.ExecutorUs:0}{(turn.SelectorUs is { } selector ? Text($" / {selector:0}") : "")} us");

    private static void Line(StringBuilder text, FormattableString line) => text.Append(Text(line)).Append('\n');

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
