namespace MuLambda.Benchmarks.Serving;

/// <summary>What the rounds of one cell of the table found.</summary>
internal sealed class Measurement
{
    private readonly List<double> latencies = [];
    private readonly List<double> rates = [];

    /// <summary>The median latency in microseconds.</summary>
    public double Median => Quantile(latencies, .5);

    /// <summary>The 99th percentile of the latency in microseconds.</summary>
    public double P99 => Quantile(latencies, .99);

    /// <summary>Images a second: the median of the rounds.</summary>
    public double Rate => Quantile(rates, .5);

    public void Add(IEnumerable<List<double>> callers, TimeSpan elapsed, int items)
    {
        var before = latencies.Count;
        latencies.AddRange(callers.SelectMany(l => l));
        rates.Add((latencies.Count - before) * items / elapsed.TotalSeconds);
    }

    private static double Quantile(List<double> values, double quantile)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Min((int)(quantile * sorted.Length), sorted.Length - 1)];
    }
}
