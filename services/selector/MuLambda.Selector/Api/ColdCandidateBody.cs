using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>
/// A deployment that no executor is ready to serve, as it stands for a request. State is <c>cold</c>, <c>starting</c> or <c>failed</c>; the estimate's wait is the
/// one for the first replica.
/// </summary>
internal sealed record ColdCandidateBody(
    ModelReference Model,
    string State,
    double ColdStartMs,
    EstimateBody Estimate,
    double Utility,
    bool Selected,
    IReadOnlyList<string> ExcludedBy,
    string Reason)
{
    /// <summary>Puts a cold candidate into the API's terms.</summary>
    /// <param name="prospect">The candidate.</param>
    /// <param name="reason">Why a request does, or does not, wait for it, in words.</param>
    public static ColdCandidateBody Of(ColdProspect prospect, string reason) => new(
        prospect.Candidate.Model.Reference,
        prospect.Candidate.IsStarting ? "starting" : prospect.Candidate.Failure is null ? "cold" : "failed",
        Figures.Round(prospect.Candidate.ColdStartMs),
        EstimateBody.Of(prospect.Estimate),
        Figures.Round(prospect.Utility),
        prospect.Selected,
        prospect.ExcludedBy,
        reason);
}
