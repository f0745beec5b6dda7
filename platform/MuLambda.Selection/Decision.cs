namespace MuLambda.Selection;

/// <summary>What was chosen for a request, and why.</summary>
/// <param name="Candidate">The executor and the model.</param>
/// <param name="Estimate">What it is expected to take, at the moment of the choice.</param>
/// <param name="Utility">Its utility in the policy's measure; 0 where the policy weighs nothing.</param>
/// <param name="Considered">How many candidates passed the hard filter.</param>
/// <param name="Policy">The policy's name.</param>
public readonly record struct Decision(
    Candidate Candidate, Estimate Estimate, double Utility, int Considered, string Policy);
