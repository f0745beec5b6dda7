namespace MuLambda.Benchmarks.Serving;

/// <summary>A target's line in a model's table.</summary>
/// <param name="Model">The model.</param>
/// <param name="Items">Images in a call.</param>
/// <param name="Target">The target.</param>
/// <param name="ByCallers">What was measured, by the number of callers.</param>
internal sealed record ServingRow(string Model, int Items, string Target, IReadOnlyDictionary<int, Measurement> ByCallers);
