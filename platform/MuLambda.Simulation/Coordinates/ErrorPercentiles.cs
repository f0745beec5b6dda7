namespace MuLambda.Simulation.Coordinates;

/// <summary>How far predictions are from the truth, relatively: |predicted - true| / true.</summary>
/// <param name="Pairs">The pairs compared.</param>
/// <param name="P25">The 25th percentile of the errors.</param>
/// <param name="Median">The median.</param>
/// <param name="P75">The 75th percentile.</param>
/// <param name="P90">The 90th percentile.</param>
/// <param name="P95">The 95th percentile.</param>
/// <param name="MedianMs">The median of the absolute errors, in milliseconds.</param>
public sealed record ErrorPercentiles(
    int Pairs, double P25, double Median, double P75, double P90, double P95, double MedianMs)
{
    /// <summary>Sums errors up.</summary>
    /// <param name="pairs">What was predicted and what is true, in milliseconds; pairs of which either is not known do not count.</param>
    /// <returns>The percentiles.</returns>
    public static ErrorPercentiles Of(IEnumerable<(double PredictedMs, double TrueMs)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var (relative, absolute) = (new List<double>(), new List<double>());
        foreach (var (predictedMs, trueMs) in pairs)
        {
            if (trueMs > 0 && !double.IsNaN(predictedMs))
            {
                absolute.Add(Math.Abs(predictedMs - trueMs));
                relative.Add(absolute[^1] / trueMs);
            }
        }

        relative.Sort();
        absolute.Sort();
        return new ErrorPercentiles(
            relative.Count, Percentile.Of(relative, 0.25), Percentile.Of(relative, 0.5), Percentile.Of(relative, 0.75),
            Percentile.Of(relative, 0.9), Percentile.Of(relative, 0.95), Percentile.Of(absolute, 0.5));
    }
}
