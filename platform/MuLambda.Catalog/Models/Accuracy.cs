namespace MuLambda.Catalog;

/// <summary>A model's measured quality.</summary>
/// <param name="Metric">The metric's name, such as <c>top-1</c>.</param>
/// <param name="Value">The value, from 0 to 1; larger is better.</param>
/// <param name="Dataset">What it was measured on; may be empty.</param>
public sealed record Accuracy(string Metric, double Value, string? Dataset = null);
