using System.Globalization;
using MuLambda.Load;

namespace MuLambda.Cli.Load;

/// <summary>The figures of runs side by side: a row a figure, a column a run, and with two runs what the second is relative to the first.</summary>
internal static class LoadTable
{
    private const string None = "-";

    /// <summary>What a run is called where there is little room.</summary>
    public static string Letter(int run) => ((char)('A' + run)).ToString();

    /// <summary>The headings of the columns; the first has none.</summary>
    public static IReadOnlyList<string> Columns(LoadOutcome outcome) =>
    [
        "",
        .. outcome.Runs.Select((run, i) => outcome.Runs.Count > 1 ? $"{Letter(i)}: {run.Target}" : run.Target),
        .. outcome.Runs.Count > 1 ? new[] { "B / A" } : [],
    ];

    /// <summary>The rows, as wide as the columns.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(LoadOutcome outcome)
    {
        var runs = outcome.Runs;
        yield return Row(runs, "measured s", run => run.Seconds, Rounded, ratio: false);
        yield return Row(runs, "requests due", run => run.Due, Whole, ratio: false);
        yield return Row(runs, "answered", run => run.Answered, Whole);
        yield return Row(runs, "throughput 1/s", run => run.ThroughputPerSecond, Rounded);
        if (outcome.SloMs is { } slo)
        {
            yield return Row(runs, Of($"goodput 1/s, within {slo:0.###} ms"), run => run.GoodputPerSecond, Rounded);
            yield return Row(runs, "of those due, within the SLO", run => run.Due > 0 ? 100.0 * run.WithinSlo / run.Due : null, value => Of($"{value:0.00} %"));
        }

        yield return Row(runs, "latency mean ms", run => run.LatencyMs?.Mean, Rounded);
        yield return Row(runs, "latency p50 ms", run => run.LatencyMs?.P50, Rounded);
        yield return Row(runs, "latency p90 ms", run => run.LatencyMs?.P90, Rounded);
        yield return Row(runs, "latency p95 ms", run => run.LatencyMs?.P95, Rounded);
        yield return Row(runs, "latency p99 ms", run => run.LatencyMs?.P99, Rounded);
        yield return Row(runs, "latency p99.9 ms", run => run.LatencyMs?.P999, Rounded);
        yield return Row(runs, "latency max ms", run => run.LatencyMs?.Max, Rounded);
        yield return Row(runs, "errors", run => run.Errors.Sum(error => error.Count), Whole, ratio: false);
        foreach (var kind in runs.SelectMany(run => run.Errors).Select(error => error.Kind).Distinct())
        {
            yield return Row(runs, $"  {kind}", run => run.Errors.Where(error => error.Kind == kind).Sum(error => error.Count), Whole, ratio: false);
        }

        if (runs.Any(run => run.ScheduleLagMs is not null))
        {
            yield return Row(runs, "sent late p99 ms", run => run.ScheduleLagMs?.P99, value => Of($"{value:0.000}"), ratio: false);
        }
    }

    /// <summary>What a reader must know of the figures.</summary>
    public static IEnumerable<string> Notes(LoadOutcome outcome)
    {
        for (var i = 0; i < outcome.Runs.Count; i++)
        {
            var run = outcome.Runs[i];
            var lead = outcome.Runs.Count > 1 ? $"{Letter(i)}: " : "";
            if (run.Interrupted)
            {
                yield return Of($"{lead}stopped after {run.Seconds:0.#} s; the figures are of these.");
            }

            if (!run.KeptSchedule)
            {
                yield return Of($"{lead}the generator did not keep its schedule: of 100 requests one was sent {run.ScheduleLagMs!.P99:0.0} ms late or more, and latencies hold that. ")
                    + "Send less, or from a machine that does nothing else.";
            }

            foreach (var error in run.Errors)
            {
                yield return Of($"{lead}{error.Kind}: {error.Example}");
            }
        }
    }

    private static IReadOnlyList<string> Row(
        IReadOnlyList<LoadResult> runs, string name, Func<LoadResult, double?> figure, Func<double, string> text, bool ratio = true)
    {
        var values = runs.Select(figure).ToArray();
        return
        [
            name,
            .. values.Select(value => value is { } number ? text(number) : None),
            .. runs.Count < 2 ? Array.Empty<string>() : [ratio && values is [{ } a and > 0, { } b] ? Of($"{b / a:0.00}") : ""],
        ];
    }

    private static string Whole(double value) => Of($"{value:0}");

    private static string Rounded(double value) => value switch
    {
        < 10 => Of($"{value:0.00}"),
        < 1000 => Of($"{value:0.0}"),
        _ => Of($"{value:0}"),
    };

    private static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
