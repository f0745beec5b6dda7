namespace MuLambda.Client;

/// <summary>A decision, and all that it was taken among.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Candidates">The candidates of the required traits: those that meet the hard criteria by falling utility, then the others.</param>
public sealed record Explanation(Decision Decision, IReadOnlyList<CandidateReport> Candidates)
{
    /// <summary>The models of these traits that no executor was ready to serve, and why the request did, or did not, wait for one of them.</summary>
    public IReadOnlyList<ColdCandidateReport> Cold { get; init; } = [];
}
