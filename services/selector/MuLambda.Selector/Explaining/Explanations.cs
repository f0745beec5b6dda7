using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>The candidates of a request, each with the reason why it was or was not chosen.</summary>
internal static class Explanations
{
    /// <summary>Puts the candidates of a decision into the API's terms.</summary>
    /// <param name="demand">What was asked for.</param>
    /// <param name="policy">The policy's name.</param>
    /// <param name="prospects">All candidates as they stood before the decision.</param>
    /// <param name="chosen">What was chosen; null where nothing was.</param>
    public static IReadOnlyList<CandidateBody> Of(Demand demand, string policy, IReadOnlyList<Prospect> prospects, Candidate? chosen)
    {
        var selected = prospects.FirstOrDefault(p => chosen is not null && IsSame(p.Candidate, chosen));
        var reasons = new CandidateReasons(demand, policy, prospects, selected);
        return [.. prospects.Select(p => CandidateBody.Of(p, ReferenceEquals(p, selected), reasons.Of(p)))];
    }

    /// <summary>The same for what would be chosen now.</summary>
    public static IReadOnlyList<CandidateBody> Of(Demand demand, string policy, IReadOnlyList<Prospect> prospects) =>
        Of(demand, policy, prospects, prospects.FirstOrDefault(p => p.Selected)?.Candidate);

    /// <summary>The same where the request would rather wait for a model that has to start first.</summary>
    /// <param name="candidates">The candidates that are there.</param>
    /// <param name="cold">Those that have to start first.</param>
    public static IReadOnlyList<CandidateBody> Beside(IReadOnlyList<CandidateBody> candidates, IReadOnlyList<ColdCandidateBody>? cold) =>
        cold?.FirstOrDefault(one => one.Selected) is not { } chosen
            ? candidates
            : [.. candidates.Select(candidate => candidate.Selected
                ? candidate with { Selected = false, Reason = $"The best of those that are ready; {chosen.Model}, which has to start first, is worth the wait." }
                : candidate)];

    private static bool IsSame(Candidate one, Candidate other) =>
        one.Executor.Id == other.Executor.Id && one.Model.Name == other.Model.Name && one.Model.Version == other.Model.Version;
}
