namespace MuLambda.Benchmarks.Proxying;

/// <summary>What came of a model.</summary>
/// <param name="Model">The model.</param>
/// <param name="DirectUs">The medians of one caller of the executor over gRPC, a round each, in microseconds.</param>
/// <param name="SelectorUs">Those of one caller of the selector.</param>
/// <param name="NginxUs">Those of one caller of nginx, which passes gRPC on to the executor.</param>
/// <param name="Nginx">The turns of nginx in front of the executor's REST API.</param>
/// <param name="Selector">The turns of the selector's REST API.</param>
internal sealed record ProxyRow(
    string Model,
    IReadOnlyList<double> DirectUs,
    IReadOnlyList<double> SelectorUs,
    IReadOnlyList<double> NginxUs,
    IReadOnlyList<ProxyTurn> Nginx,
    IReadOnlyList<ProxyTurn> Selector)
{
    /// <summary>What the selector adds to the median latency, the median of the rounds, in microseconds.</summary>
    public double AddedUs => Median(DirectUs.Zip(SelectorUs, (direct, selector) => selector - direct));

    /// <summary>What nginx adds, likewise.</summary>
    public double NginxAddedUs => Median(DirectUs.Zip(NginxUs, (direct, nginx) => nginx - direct));

    /// <summary>Requests a second of the selector relative to nginx, all rounds together.</summary>
    public double Ratio => Selector.Sum(t => t.Wrk.Rate) / Nginx.Sum(t => t.Wrk.Rate);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
