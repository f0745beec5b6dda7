namespace MuLambda.Cli.Experiments;

/// <summary>A sketch of quantiles as it is kept.</summary>
/// <param name="First">Its first bin.</param>
/// <param name="Counts">The counts from there on.</param>
/// <param name="Min">The smallest number; 0 without any.</param>
/// <param name="Max">The largest number; 0 without any.</param>
internal sealed record SketchParts(int First, long[] Counts, double Min, double Max);
