namespace MuLambda.Selection;

/// <summary>A candidate as it stands now.</summary>
/// <param name="Candidate">The executor and the model.</param>
/// <param name="State">Its figures.</param>
/// <param name="Utility">Its utility in the policy's measure; 0 where the policy weighs nothing or the hard filter excludes it.</param>
/// <param name="Selected">Whether the next request would get it.</param>
/// <param name="ExcludedBy">The criteria that exclude it (<see cref="Criterion"/>); empty when none does.</param>
public sealed record Prospect(
    Candidate Candidate, CandidateState State, double Utility, bool Selected, IReadOnlyList<string> ExcludedBy);
