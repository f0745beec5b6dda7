using MuLambda.Catalog;

namespace MuLambda.Client;

/// <summary>How a deployment stood, when a request was decided, that no executor was ready to serve.</summary>
/// <param name="Model">The model version that would start.</param>
/// <param name="State"><c>cold</c>, <c>starting</c> or <c>failed</c>.</param>
/// <param name="ColdStartMs">What a start takes as a whole, in milliseconds.</param>
/// <param name="Estimate">What was expected of it; the wait is the one for its first executor.</param>
/// <param name="Utility">How well it fits the soft criteria; 0 where a hard criterion excludes it.</param>
/// <param name="Selected">Whether the request waits for it.</param>
/// <param name="ExcludedBy">The hard criteria that exclude it, such as <c>bounds.minAccuracy</c>.</param>
/// <param name="Reason">Why the request does, or does not, wait for it, in words.</param>
public sealed record ColdCandidateReport(
    ModelReference Model,
    string State,
    double ColdStartMs,
    Estimate Estimate,
    double Utility,
    bool Selected,
    IReadOnlyList<string> ExcludedBy,
    string Reason);
