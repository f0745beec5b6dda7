namespace MuLambda.Selection;

/// <summary>Why no candidate is left.</summary>
/// <param name="Criteria">The criteria that excluded the last ones (<see cref="Criterion"/>).</param>
/// <param name="Detail">The same in words, with the values.</param>
public sealed record Exclusion(IReadOnlyList<string> Criteria, string Detail);
