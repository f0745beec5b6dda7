using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>
/// A decision as it is answered; with how long the request waited for a first executor, where it had to, and the candidates where an explanation was asked for.
/// </summary>
internal sealed record DecisionBody(
    string RequestId,
    string Policy,
    string Executor,
    string Node,
    ModelReference Model,
    ExecutorEndpoints Endpoints,
    EstimateBody Estimate,
    double Utility,
    int Considered,
    ObservedBody? Observed = null,
    IReadOnlyList<CandidateBody>? Candidates = null,
    double? ColdStartMs = null,
    IReadOnlyList<ColdCandidateBody>? Cold = null)
{
    public static DecisionBody Of(Decision decision, string requestId, ObservedBody? observed = null, TimeSpan? coldStart = null)
    {
        var executor = decision.Candidate.Executor;
        return new DecisionBody(
            requestId, decision.Policy, executor.Id, executor.Node, decision.Candidate.Model.Reference, executor.Endpoints,
            EstimateBody.Of(decision.Estimate), Figures.Round(decision.Utility), decision.Considered, observed)
        {
            ColdStartMs = coldStart is { } waited ? Figures.Round(waited.TotalMilliseconds) : null,
        };
    }
}
