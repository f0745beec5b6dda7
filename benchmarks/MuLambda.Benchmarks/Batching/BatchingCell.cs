namespace MuLambda.Benchmarks.Batching;

/// <summary>One policy under one load.</summary>
/// <param name="Server">The model, or the simulated executor.</param>
/// <param name="Arrivals">How requests came.</param>
/// <param name="Load">The load, as a share of what the executor answers without batches.</param>
/// <param name="Setting">The policy with its setting.</param>
/// <param name="OfferedPerSecond">Requests a second.</param>
/// <param name="GoodPerSecond">Those answered within the objective.</param>
/// <param name="RefusedPerSecond">Those that were refused.</param>
/// <param name="P50Ms">The median latency of those answered, in milliseconds; null without any.</param>
/// <param name="P99Ms">Its 99th percentile.</param>
/// <param name="KeptSchedule">Whether the load generator sent when it should have; latencies hold its delay where not.</param>
/// <param name="LagMs">How much later than due it sent, in the median, in milliseconds; null in virtual time.</param>
/// <param name="GoodError">The standard error of <paramref name="GoodPerSecond"/>, by how much rounds differ; null of one round.</param>
internal sealed record BatchingCell(
    string Server,
    string Arrivals,
    double Load,
    string Setting,
    double OfferedPerSecond,
    double GoodPerSecond,
    double RefusedPerSecond,
    double? P50Ms,
    double? P99Ms,
    bool KeptSchedule = true,
    double? LagMs = null,
    double? GoodError = null)
{
    /// <summary>Requests a second that were neither refused nor answered within the objective.</summary>
    public double LatePerSecond => Math.Max(0, OfferedPerSecond - GoodPerSecond - RefusedPerSecond);

    /// <summary>The same cell of several rounds as one: means of what is counted, medians of percentiles.</summary>
    public static BatchingCell Of(IReadOnlyList<BatchingCell> rounds) => rounds[0] with
    {
        OfferedPerSecond = rounds.Average(r => r.OfferedPerSecond),
        GoodPerSecond = rounds.Average(r => r.GoodPerSecond),
        GoodError = StandardError([.. rounds.Select(r => r.GoodPerSecond)]),
        RefusedPerSecond = rounds.Average(r => r.RefusedPerSecond),
        P50Ms = Median(rounds.Select(r => r.P50Ms)),
        P99Ms = Median(rounds.Select(r => r.P99Ms)),
        LagMs = Median(rounds.Select(r => r.LagMs)),
        KeptSchedule = rounds.All(r => r.KeptSchedule),
    };

    private static double? StandardError(double[] values)
    {
        if (values.Length < 2)
        {
            return null;
        }

        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length);
    }

    private static double? Median(IEnumerable<double?> values)
    {
        var sorted = values.OfType<double>().Order().ToArray();
        return sorted.Length == 0 ? null : sorted[sorted.Length / 2];
    }
}
