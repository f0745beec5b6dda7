using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>A candidate as it stands now.</summary>
internal sealed record CandidateBody(
    string Executor,
    string Node,
    ModelReference Model,
    ExecutorState State,
    bool Quarantined,
    long InFlight,
    long Observations,
    EstimateBody Estimate,
    double Utility,
    bool Selected,
    IReadOnlyList<string> ExcludedBy)
{
    public static CandidateBody Of(Prospect prospect) => new(
        prospect.Candidate.Executor.Id,
        prospect.Candidate.Executor.Node,
        prospect.Candidate.Model.Reference,
        prospect.Candidate.Executor.State,
        prospect.Candidate.ExecutorTrack.IsQuarantined,
        prospect.State.InFlight,
        prospect.State.Observations,
        EstimateBody.Of(prospect.State.Estimate),
        Figures.Round(prospect.Utility),
        prospect.Selected,
        prospect.ExcludedBy);
}
