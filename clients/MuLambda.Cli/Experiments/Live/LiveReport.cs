using System.Globalization;
using System.Text;
using MuLambda.Cli.Terminal;
using Spectre.Console;

namespace MuLambda.Cli.Experiments;

/// <summary>The measured runs beside the simulated ones: a table for people, a Markdown page and a CSV file.</summary>
internal static class LiveReport
{
    /// <summary>The files' names, without endings.</summary>
    public const string Name = "live";

    private static readonly string[] Columns =
    [
        "schedule", "usecase", "streams", "size", "network", "policy", "requests", "failed",
        "sim_mean_ms", "sim_mean_ci95_ms", "live_mean_ms", "mean_difference",
        "live_median_ms", "sim_median_ms", "median_difference", "live_p95_ms", "sim_p95_ms", "p95_difference",
        "live_confidence", "sim_confidence", "live_utility", "sim_utility",
    ];

    /// <summary>Writes both files.</summary>
    public static async Task WriteAsync(
        string directory, LivePlan plan, IReadOnlyList<LiveComparison> comparisons, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, Name + ".csv"), Csv(comparisons), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, Name + ".md"), Markdown(plan, comparisons), cancellationToken);
    }

    /// <summary>The table on a terminal.</summary>
    public static Table Table(IReadOnlyList<LiveComparison> comparisons)
    {
        var table = Output.Table("CELL", "POLICY", "SIM MEAN", "LIVE MEAN", "DIFFERENCE", "MEDIAN", "P95", "UTILITY", "FAILED");
        foreach (var one in comparisons)
        {
            table.AddTexts(
                $"{one.Cell}",
                one.Policy,
                Text($"{one.Simulated.MeanMs:0.0} ms"),
                Text($"{one.Live.MeanMs:0.0} ms"),
                Percent(one.MeanDifference),
                Percent(one.MedianDifference),
                Percent(one.P95Difference),
                Text($"{one.Live.Utility - one.Simulated.Utility:+0.000;-0.000}"),
                Text($"{one.Live.Failed}"));
        }

        return table;
    }

    /// <summary>How many means are close, in a sentence.</summary>
    public static string Summary(IReadOnlyList<LiveComparison> comparisons) => Text(
        $"{comparisons.Count(one => one.IsWithinTolerance)} of {comparisons.Count} means within {LiveComparison.Tolerance * 100:0} % of the simulator's; the mean of the absolute differences is {comparisons.Average(one => Math.Abs(one.MeanDifference)) * 100:0.0} %.");

    private static string Csv(IReadOnlyList<LiveComparison> comparisons)
    {
        var text = new StringBuilder().AppendJoin(',', Columns).Append('\n');
        foreach (var one in comparisons)
        {
            var (cell, live, simulated) = (one.Cell, one.Live, one.Simulated);
            text.Append(CultureInfo.InvariantCulture, $"{cell.Schedule.Name},{cell.UseCase.Name},{cell.Streams},{cell.Size},{cell.Network.Name},{one.Policy},{live.Requests},{live.Failed},")
                .Append(CultureInfo.InvariantCulture, $"{simulated.MeanMs:0.###},{one.SimulatedMeanSpreadMs:0.###},{live.MeanMs:0.###},{one.MeanDifference:0.####},")
                .Append(CultureInfo.InvariantCulture, $"{live.MedianMs:0.###},{simulated.MedianMs:0.###},{one.MedianDifference:0.####},{live.P95Ms:0.###},{simulated.P95Ms:0.###},{one.P95Difference:0.####},")
                .Append(CultureInfo.InvariantCulture, $"{live.Confidence:0.####},{simulated.Confidence:0.####},{live.Utility:0.####},{simulated.Utility:0.####}\n");
        }

        return text.ToString();
    }

    private static string Markdown(LivePlan plan, IReadOnlyList<LiveComparison> comparisons)
    {
        var text = new StringBuilder("# The evaluation on real processes, beside the simulator\n\n")
            .Append("Every node and model is an executor process whose model takes the synthetic time (`--synthetic`) and whose answers leave late ")
            .Append("(`--reply-delay`); registry, selector and a prober a node are the services as they are, requests go through the client SDK and the ")
            .Append("selector's `:infer`. Each run has a selector that begins without knowledge, as a simulated run does. What is simulated is what ran: as many requests a stream, with the same features, the models' own ")
            .Append("parameters, and the nodes as far away as their probers measured meanwhile. Of a request's time the simulator knows no ")
            .Append("processors: what the processes themselves take is in the live figures only.\n\n")
            .Append(CultureInfo.InvariantCulture, $"{Summary(comparisons)}\n\n")
            .Append(CultureInfo.InvariantCulture, $"Measured on {Environment.ProcessorCount} processors, {plan.Plan.Requests} requests a stream. {(plan.Plan.Seeds.Count > 1 ? Text($"± is the 95 % interval of the simulated mean over {plan.Plan.Seeds.Count} seeds.") : Text($"Seed {plan.Plan.Seeds[0]}."))}\n\n")
            .Append(CultureInfo.InvariantCulture, $"```\n{plan.Command}\n```\n\n")
            .Append("| cell | policy | mean simulated | live | difference | median live | simulated | p95 live | simulated | confidence live | simulated | utility live | simulated | failed |\n")
            .Append("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (var one in comparisons)
        {
            var (live, simulated) = (one.Live, one.Simulated);
            text.Append(CultureInfo.InvariantCulture, $"| {one.Cell} | {one.Policy} | {simulated.MeanMs:0.0}{(plan.Plan.Seeds.Count > 1 ? Text($" ± {one.SimulatedMeanSpreadMs:0.0}") : "")} | {live.MeanMs:0.0} | {Percent(one.MeanDifference)} ")
                .Append(CultureInfo.InvariantCulture, $"| {live.MedianMs:0.0} | {simulated.MedianMs:0.0} | {live.P95Ms:0.0} | {simulated.P95Ms:0.0} ")
                .Append(CultureInfo.InvariantCulture, $"| {live.Confidence:0.000} | {simulated.Confidence:0.000} | {live.Utility:0.000} | {simulated.Utility:0.000} | {live.Failed} |\n");
        }

        text.Append("\nRound trips are milliseconds. Nodes, as measured during each run:\n\n");
        foreach (var one in comparisons)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {one.Cell}, {one.Policy}: {string.Join(", ", one.DistancesMs.Select((ms, node) => Text($"{LivePlatform.NodeId(node)} {ms:0.0} ms")))}\n");
        }

        return text.ToString();
    }

    private static string Percent(double share) => Text($"{share * 100:+0.0;-0.0} %");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
