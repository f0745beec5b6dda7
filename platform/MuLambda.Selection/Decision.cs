namespace MuLambda.Selection;

/// <summary>What was chosen for a request, and why.</summary>
/// <param name="Candidate">The executor and the model.</param>
/// <param name="Estimate">What it is expected to take, at the moment of the choice.</param>
/// <param name="Utility">Its utility in the policy's measure; 0 where the policy weighs nothing.</param>
/// <param name="Considered">How many candidates passed the hard filter.</param>
/// <param name="Policy">The policy's name.</param>
public readonly record struct Decision(
    Candidate Candidate, Estimate Estimate, double Utility, int Considered, string Policy)
{
    /// <summary>
    /// What it was chosen for, in milliseconds: less than the estimate where the candidate is measured again because it may have become faster. Who
    /// waits much longer than this should try another.
    /// </summary>
    public double HopedMs { get; init; } = Estimate.LatencyMs;
}
