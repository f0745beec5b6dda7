namespace MuLambda.Catalog;

/// <summary>What is wrong with one field of a noun.</summary>
/// <param name="Path">The field's JSON path, such as <c>criteria.desired.latency</c>.</param>
/// <param name="Message">What is wrong, naming the limit.</param>
public sealed record ValidationError(string Path, string Message);
