using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Serialization;

namespace MuLambda.Benchmarks.ColdStart;

/// <summary>What was measured, as Markdown.</summary>
/// <param name="Options">What was to be measured.</param>
/// <param name="Command">The command that measured it.</param>
/// <param name="LoadBefore">The system's load averages before, where it tells them.</param>
/// <param name="LoadAfter">The same after.</param>
/// <param name="Rows">The starts.</param>
internal sealed record ColdStartReport(
    ColdStartOptions Options, string Command, string? LoadBefore, string? LoadAfter, IReadOnlyList<ColdStartRow> Rows)
{
    private static readonly Dictionary<string, double> AimsMs = new(StringComparer.Ordinal) { ["digits-cnn"] = 400, ["nanodet"] = 1200 };

    /// <summary>Where it was measured.</summary>
    public string Machine { get; init; } =
        $"{Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>The kinds of starts that the aims are about: the artifact lies on the node.</summary>
    [JsonIgnore]
    public IEnumerable<ColdStartRow> Aimed => Rows.Where(row => AimsMs.ContainsKey(row.Model) && row.Kind.Cache != CachedModel.Nothing);

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        Line(text, $"# From the decision to the first answer");
        Line(text, $"");
        Line(text, $"```sh");
        Line(text, $"{Command}");
        Line(text, $"```");
        Line(text, $"");
        Line(text, $"{Machine}; {Options.Rounds} starts of each kind, which took turns. Load averages {LoadBefore ?? "unknown"} before and {LoadAfter ?? "unknown"} after.");
        foreach (var model in Rows.GroupBy(row => row.Model))
        {
            Line(text, $"");
            Line(text, $"## {model.Key}");
            Line(text, $"");
            Line(text, $"Milliseconds; the total as median, least and most, its parts as medians.");
            Line(text, $"");
            Line(text, $"| start | total | least | most | process | download | translate | load | warm-up | answer |");
            Line(text, $"|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
            foreach (var row in model)
            {
                var totals = row.Starts.Select(start => start.Total).ToList();
                Line(text, $"| {row.Kind.Name} | {row.Median(s => s.Total):0} | {totals.Min():0} | {totals.Max():0} | {row.Median(s => s.Process):0} | {row.Median(s => s.Download):0} | {row.Median(s => s.Translate):0} | {row.Median(s => s.Load):0} | {row.Median(s => s.WarmUp):0} | {row.Median(s => s.Answer):0} |");
            }
        }

        Line(text, $"");
        Line(text, $"## The aims");
        Line(text, $"");
        Line(text, $"With the artifact cached on the node, at the median.");
        Line(text, $"");
        Line(text, $"| model | start | aim | median | |");
        Line(text, $"|---|---|--:|--:|---|");
        foreach (var row in Aimed)
        {
            var (aim, median) = (AimsMs[row.Model], row.Median(s => s.Total));
            Line(text, $"| {row.Model} | {row.Kind.Name} | {aim:0} ms | {median:0} ms | {(median < aim ? "reached" : "**missed**")} |");
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
