namespace MuLambda.Selection;

/// <summary>What a policy chose.</summary>
/// <param name="Index">The place of the chosen one in <see cref="SelectionContext.Candidates"/>.</param>
/// <param name="Utility">Its utility, in the policy's own measure; 0 where the policy weighs nothing.</param>
public readonly record struct Choice(int Index, double Utility);
