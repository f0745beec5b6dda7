namespace MuLambda.Selector;

/// <summary>The answer of <c>GET /v1/candidates</c>.</summary>
internal sealed record CandidatesBody(
    string Client, string Policy, int Items, long Revision, IReadOnlyList<CandidateBody> Candidates, IReadOnlyList<ColdCandidateBody>? Cold = null);
