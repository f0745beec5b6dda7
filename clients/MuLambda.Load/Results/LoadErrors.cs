namespace MuLambda.Load;

/// <summary>Failures of one kind.</summary>
/// <param name="Kind">The kind, such as <c>timeout</c> or <c>http 503</c>.</param>
/// <param name="Count">How many of the requests that were due while it was measured.</param>
/// <param name="Example">What the first of them said.</param>
public sealed record LoadErrors(string Kind, long Count, string Example);
