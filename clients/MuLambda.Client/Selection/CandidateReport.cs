using MuLambda.Catalog;

namespace MuLambda.Client;

/// <summary>How a candidate stood when a request was decided, and why it was or was not chosen.</summary>
/// <param name="Executor">The executor's id.</param>
/// <param name="Node">The node it runs on.</param>
/// <param name="Model">The model version it would use.</param>
/// <param name="State">What the executor is doing.</param>
/// <param name="Quarantined">Whether it is left out after a failure.</param>
/// <param name="InFlight">The requests assigned to the executor before this one and not answered yet.</param>
/// <param name="Observations">The answers that its estimate rests on.</param>
/// <param name="Estimate">What was expected of it.</param>
/// <param name="Utility">How well it fits the soft criteria; 0 where the policy weighs nothing or a hard criterion excludes it.</param>
/// <param name="Selected">Whether it was chosen.</param>
/// <param name="ExcludedBy">The hard criteria that exclude it, such as <c>bounds.minAccuracy</c>.</param>
/// <param name="Reason">Why it was or was not chosen, in words.</param>
/// <param name="MarginalMs">Its latency and what the request would add to others', in milliseconds.</param>
/// <param name="LatencyDeviationMs">How far its answers lie from the estimated latency, in the mean, in milliseconds.</param>
/// <param name="AccuracyDeviation">How uncertain its accuracy is: a standard deviation.</param>
/// <param name="Due">Whether it is due to be measured again, and judged by what it may have become.</param>
public sealed record CandidateReport(
    string Executor,
    string Node,
    ModelReference Model,
    ExecutorState State,
    bool Quarantined,
    long InFlight,
    long Observations,
    Estimate Estimate,
    double Utility,
    bool Selected,
    IReadOnlyList<string> ExcludedBy,
    string Reason,
    double MarginalMs = 0,
    double LatencyDeviationMs = 0,
    double AccuracyDeviation = 0,
    bool Due = false);
