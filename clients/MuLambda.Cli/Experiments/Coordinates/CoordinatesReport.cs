using System.Globalization;
using System.Text;
using MuLambda.Selection.Coordinates;
using MuLambda.Simulation.Coordinates;

namespace MuLambda.Cli.Experiments.Coordinates;

/// <summary>Writes what the experiment found: a CSV file a table, and a summary.</summary>
internal static class CoordinatesReport
{
    public const string SummaryFile = "summary.md";

    private const string ErrorColumns = "pairs,p25,median,p75,p90,p95,median_ms";

    /// <summary>Writes the files.</summary>
    public static async Task WriteAsync(
        string directory, CoordinatesPlan plan, CoordinatesResults results, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var files = new (string Name, string Text)[]
        {
            ("accuracy.csv", Csv(
                $"matrix,nodes,variant,dimensions,peers,round,{ErrorColumns}",
                results.Accuracy.Select(r => Line($"{r.Matrix},{r.Nodes},{r.Variant},{r.Dimensions},{r.Peers},{r.Round},{Cells(r.Errors)}")))),
            ("clients.csv", Csv(
                $"matrix,nodes,clients,measured_at_random,measured_near,{ErrorColumns},near_median,near_p90,extra_median_ms,extra_p90_ms,random_extra_ms",
                results.Clients.Select(r => Line(
                    $"{r.Matrix},{r.Nodes},{r.Result.Clients},{r.Coverage.Random},{r.Coverage.Near},{Cells(r.Result.Errors)},{r.Result.NearErrors.Median:0.####},{r.Result.NearErrors.P90:0.####},{r.Result.MedianExtraMs:0.###},{r.Result.P90ExtraMs:0.###},{r.Result.RandomExtraMs:0.###}")))),
            ("dynamics.csv", Csv(
                $"matrix,event,share,round,{ErrorColumns}",
                results.Dynamics.Select(r => Line($"{r.Matrix},{r.Event},{r.Share},{r.Round},{Cells(r.Errors)}")))),
            ("networks.csv", Csv(
                "matrix,hosts,p5_ms,median_ms,p95_ms,violations,severe_violations",
                results.Networks.Select(n => Line(
                    $"{n.Name},{n.Facts.Hosts},{n.Facts.P5Ms:0.###},{n.Facts.MedianMs:0.###},{n.Facts.P95Ms:0.###},{n.Facts.Violations:0.####},{n.Facts.SevereViolations:0.####}")))),
            (SummaryFile, Summary(plan, results)),
        };
        foreach (var (name, text) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(directory, name), text, cancellationToken);
        }
    }

    private static string Summary(CoordinatesPlan plan, CoordinatesResults results)
    {
        var text = new StringBuilder();
        text.Append(Line($"""
            # Predicting round trips by network coordinates

            Made by `mulambda experiment coordinates` with seed {plan.Seed}, {plan.Rounds} rounds, {plan.Hosts} synthetic hosts. What is what, and where the measured
            networks are from, is in [docs/coordinates.md](../../docs/coordinates.md). Errors are |predicted - true| / true over pairs that nobody measured.

            ## The networks

            | network | hosts | round trip p5, median, p95 (ms) | triangles violated | by half and more |
            |---|---|---|---|---|

            """));
        foreach (var (name, facts) in results.Networks)
        {
            text.Append(Line(
                $"| {name} | {facts.Hosts} | {facts.P5Ms:0.0}, {facts.MedianMs:0.0}, {facts.P95Ms:0.0} | {facts.Violations:P1} | {facts.SevereViolations:P1} |\n"));
        }

        var last = results.Accuracy.Where(row => row.Round == plan.Rounds).ToList();
        Table(text, "Median error (and 90th percentile) by peers", last.Where(IsDefault), row => row.Peers, row => row.Matrix, row => row.Errors);
        Table(
            text, "By dimensions, with 32 peers",
            last.Where(row => row is { Variant: "default", Peers: AccuracyExperiment.DefaultPeers }),
            row => row.Dimensions, row => row.Matrix, row => row.Errors);
        Table(
            text, "By rounds, with 32 peers",
            results.Accuracy.Where(row => IsDefault(row) && row.Peers == AccuracyExperiment.DefaultPeers),
            row => row.Round, row => row.Matrix, row => row.Errors);
        Table(
            text, "With parts left out",
            last.Where(row => row.Peers == AccuracyExperiment.DefaultPeers && row.Dimensions == CoordinateOptions.Default.Dimensions),
            row => row.Variant, row => row.Matrix, row => row.Errors);
        Table(
            text, "After a fifth of the nodes was replaced, or moved, by rounds since",
            results.Dynamics, row => row.Round, row => $"{row.Matrix}, {row.Event}", row => row.Errors);
        AppendClients(text, results);
        AppendScale(text, results.Scale);
        return text.ToString();
    }

    private static bool IsDefault(AccuracyRow row) =>
        row.Variant == "default" && row.Dimensions == CoordinateOptions.Default.Dimensions;

    private static void Table<TRow, TKey>(
        StringBuilder text, string title, IEnumerable<TRow> rows, Func<TRow, TKey> column, Func<TRow, string> row, Func<TRow, ErrorPercentiles> errors)
        where TKey : notnull
    {
        var cells = rows.DistinctBy(r => (row(r), column(r))).ToDictionary(r => (row(r), column(r)), errors);
        var columns = cells.Keys.Select(key => key.Item2).Distinct().ToList();
        if (typeof(TKey) == typeof(int))
        {
            columns.Sort();
        }

        text.Append(Line($"\n## {title}\n\n| network | {string.Join(" | ", columns)} |\n|---|{string.Concat(columns.Select(_ => "---|"))}\n"));
        foreach (var name in cells.Keys.Select(key => key.Item1).Distinct())
        {
            text.Append(Line($"| {name} |"));
            foreach (var key in columns)
            {
                text.Append(cells.TryGetValue((name, key), out var cell) ? $" {Percent(cell)} |" : " |");
            }

            text.Append('\n');
        }
    }

    private static void AppendClients(StringBuilder text, CoordinatesResults results)
    {
        text.Append("""

            ## Clients that few nodes measure

            Errors of the pairs that nobody measured, of those below 40 ms, and how much farther than the truly nearest node the one is that looks nearest.

            | network | nodes | measured at random + near | median error (p90) | below 40 ms (p90) | extra: median, p90 (ms) | by a random choice (ms) |
            |---|---|---|---|---|---|---|

            """);
        foreach (var (matrix, nodes, coverage, result) in results.Clients)
        {
            text.Append(Line(
                $"| {matrix} | {nodes} | {coverage.Random} + {coverage.Near} | {Percent(result.Errors)} | {Percent(result.NearErrors)} | {result.MedianExtraMs:0.0}, {result.P90ExtraMs:0.0} | {result.RandomExtraMs:0} |\n"));
        }
    }

    private static void AppendScale(StringBuilder text, ScaleResult? scale)
    {
        if (scale is null)
        {
            return;
        }

        text.Append(Line($"""

            ## {scale.Nodes} executors, {scale.Clients} clients

            | figure | value |
            |---|---|
            | probes of each node to peers until the coordinates stood | {scale.ProbesPerNode} |
            | nodes that measure a client | {scale.MeasurementsPerClient} ({scale.PairShare:P2} of all pairs are measured) |
            | median error between nodes (p90) | {Percent(scale.NodeErrors)} |
            | median error between nodes and clients (p90) | {Percent(scale.ClientErrors)} |
            | how much farther than the nearest node the chosen one is: median, p90; a random one | {scale.MedianExtraMs:0.0} ms, {scale.P90ExtraMs:0.0} ms; {scale.RandomExtraMs:0} ms |
            | learning from a probe | {scale.LearnMicroseconds:0.0} us of processor |
            | locating a client | {scale.LocateMicroseconds:0.0} us |
            | predicting a client's round trips to all {scale.Nodes} | {scale.PredictMicroseconds:0.0} us |
            | predicting them, putting in what was measured, choosing the nearest | {scale.SelectMicroseconds:0.0} us |
            | memory of all coordinates | {scale.PredictorBytes / 1e6:0.0} MB (a matrix of all pairs: {scale.MatrixBytes / 1e6:0} MB) |

            """));
    }

    /// <summary>The median and the 90th percentile; nothing where all pairs are measured, as in a network smaller than the number of peers.</summary>
    private static string Percent(ErrorPercentiles errors) =>
        errors.Pairs == 0 ? "-" : Line($"{errors.Median:P1} ({errors.P90:P0})");

    private static string Csv(string header, IEnumerable<string> lines) => string.Join('\n', [header, .. lines, ""]);

    private static string Cells(ErrorPercentiles errors) => Line(
        $"{errors.Pairs},{errors.P25:0.####},{errors.Median:0.####},{errors.P75:0.####},{errors.P90:0.####},{errors.P95:0.####},{errors.MedianMs:0.###}");

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
}
