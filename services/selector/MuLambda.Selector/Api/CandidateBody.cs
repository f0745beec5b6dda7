using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>
/// A candidate as it stands at a moment. Marginal is its latency and what the request would add to others'; the deviations say how far answers lie
/// from the estimated latency in the mean, and how uncertain the accuracy is; one that is due is to be measured again.
/// </summary>
internal sealed record CandidateBody(
    string Executor,
    string Node,
    ModelReference Model,
    ExecutorState State,
    bool Quarantined,
    long InFlight,
    long Observations,
    EstimateBody Estimate,
    double MarginalMs,
    double LatencyDeviationMs,
    double AccuracyDeviation,
    bool Due,
    double Utility,
    bool Selected,
    IReadOnlyList<string> ExcludedBy,
    string Reason)
{
    /// <summary>Puts a candidate into the API's terms.</summary>
    /// <param name="prospect">The candidate.</param>
    /// <param name="selected">Whether it was, or would be, chosen.</param>
    /// <param name="reason">Why, in words.</param>
    public static CandidateBody Of(Prospect prospect, bool selected, string reason) => new(
        prospect.Candidate.Executor.Id,
        prospect.Candidate.Executor.Node,
        prospect.Candidate.Model.Reference,
        prospect.Candidate.Executor.State,
        prospect.Candidate.ExecutorTrack.IsQuarantined,
        prospect.State.InFlight,
        prospect.State.Observations,
        EstimateBody.Of(prospect.State.Estimate),
        Figures.Round(prospect.State.MarginalMs),
        Figures.Round(prospect.State.ScatterMs),
        Figures.Round(prospect.State.AccuracyDeviation),
        prospect.State.IsDue,
        Figures.Round(prospect.Utility),
        selected,
        prospect.ExcludedBy,
        reason);
}
