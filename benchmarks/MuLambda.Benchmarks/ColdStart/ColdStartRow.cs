namespace MuLambda.Benchmarks.ColdStart;

/// <summary>The starts of one kind of one model.</summary>
/// <param name="Model">The model.</param>
/// <param name="Kind">What was there.</param>
/// <param name="Starts">Each start.</param>
internal sealed record ColdStartRow(string Model, StartKind Kind, List<StartTimes> Starts)
{
    /// <summary>The median of a part of the starts.</summary>
    public double Median(Func<StartTimes, double> part)
    {
        double[] sorted = [.. Starts.Select(part).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
