using MuLambda.Simulation.Paper;

namespace MuLambda.Load;

/// <summary>Percentiles of times, each within half a percent of the exact one.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="P50">The median.</param>
/// <param name="P90">The 90th percentile.</param>
/// <param name="P95">The 95th percentile.</param>
/// <param name="P99">The 99th percentile.</param>
/// <param name="P999">The 99.9th percentile.</param>
/// <param name="Max">The longest.</param>
public sealed record LoadPercentiles(double Mean, double P50, double P90, double P95, double P99, double P999, double Max)
{
    internal static LoadPercentiles? Of(QuantileSketch sketch, double sum) => sketch.Count == 0 ? null : new LoadPercentiles(
        sum / sketch.Count,
        sketch.Quantile(0.5),
        sketch.Quantile(0.9),
        sketch.Quantile(0.95),
        sketch.Quantile(0.99),
        sketch.Quantile(0.999),
        sketch.Max);
}
