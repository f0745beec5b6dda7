namespace MuLambda.Client;

/// <summary>A decision, and all that it was taken among.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Candidates">The candidates of the required traits: those that meet the hard criteria by falling utility, then the others.</param>
public sealed record Explanation(Decision Decision, IReadOnlyList<CandidateReport> Candidates);
