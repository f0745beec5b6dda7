namespace MuLambda.Selection;

/// <summary>A cold candidate as it stands for one request.</summary>
/// <param name="Candidate">The deployment and the model.</param>
/// <param name="Estimate">What the request is expected to take; its wait is the one for the first replica.</param>
/// <param name="Utility">The worth of that latency and of the model's accuracy, on the scale of the default policy; 0 where it is excluded.</param>
/// <param name="Selected">Whether the request waits for it.</param>
/// <param name="ExcludedBy">The criteria that exclude it (<see cref="Criterion"/>); empty when none does.</param>
public sealed record ColdProspect(
    ColdCandidate Candidate, Estimate Estimate, double Utility, bool Selected, IReadOnlyList<string> ExcludedBy);
