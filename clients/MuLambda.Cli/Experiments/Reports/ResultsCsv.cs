using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>A row a cell and policy, and a row a cell, policy and executor.</summary>
internal static class ResultsCsv
{
    private static readonly double[] Quantiles = [0.5, 0.95, 0.99];

    /// <summary>The figures of each policy in each cell.</summary>
    public static IEnumerable<string> Cells(PaperResults results)
    {
        var published = results.Plan.Policies.Where(PaperGrid.PublishedPolicies.Contains).ToArray();
        yield return string.Join(
            ',',
            [
                "schedule", "usecase", "streams", "size", "network", "policy", "seeds", "requests", "failed", "mean_ms", "mean_ms_ci95",
                "median_ms", "p95_ms", "p99_ms", "mean_confidence", "utility", "utility_ci95",
                .. published.SelectMany(policy => new[] { $"above_{policy}", $"above_{policy}_ci95" }),
            ]);
        foreach (var cell in results.Cells)
        {
            foreach (var policy in cell.Policies)
            {
                var above = published.SelectMany(name => name == policy.Policy
                    ? ["", ""]
                    : Pair(policy.UtilityAbove(cell.Of(name)!), "0.00000"));
                yield return string.Join(
                    ',',
                    [
                        Place(cell, policy),
                        Words.Of($"{policy.Runs.Count},{policy.Requests},{policy.Failed}"),
                        .. Pair(policy.MeanRoundTripMs, "0.000"),
                        .. Quantiles.Select(q => Number(policy.RoundTrips.Quantile(q), "0.0")),
                        Number(policy.MeanConfidence, "0.00000"),
                        .. Pair(policy.Utility, "0.00000"),
                        .. above,
                    ]);
            }
        }
    }

    /// <summary>How many requests each executor got over time, with the first seed: in bins of equal length, divided by blanks.</summary>
    public static IEnumerable<string> Load(PaperResults results)
    {
        yield return "schedule,usecase,streams,size,network,policy,executor,bin_ms,requests";
        foreach (var cell in results.Cells)
        {
            foreach (var policy in cell.Policies)
            {
                var load = policy.Runs[0].Load;
                for (var executor = 0; executor < load.Sent.Count; executor++)
                {
                    yield return Words.Of(
                        $"{Place(cell, policy)},{cell.Cell.Schedule.Executors[executor].Id},{load.BinMs},{string.Join(' ', load.Sent[executor])}");
                }
            }
        }
    }

    private static string Place(CellSummary cell, PolicySummary policy) => Words.Of(
        $"{cell.Cell.Schedule.Name},{cell.Cell.UseCase.Name},{cell.Cell.Streams},{cell.Cell.Size},{cell.Cell.Network.Name},{policy.Policy}");

    private static string[] Pair(Interval interval, string format) => [Number(interval.Mean, format), Number(interval.HalfWidth, format)];

    private static string Number(double number, string format) =>
        double.IsNaN(number) ? "" : number.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
}
