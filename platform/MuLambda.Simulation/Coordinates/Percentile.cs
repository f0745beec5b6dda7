namespace MuLambda.Simulation.Coordinates;

/// <summary>Percentiles of what is already sorted.</summary>
internal static class Percentile
{
    /// <summary>The smallest value that at least this share of all do not exceed; NaN of none.</summary>
    public static double Of(IReadOnlyList<double> sorted, double share) => sorted.Count == 0
        ? double.NaN
        : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
}
