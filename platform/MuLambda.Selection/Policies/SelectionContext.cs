using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>All that a policy decides on.</summary>
/// <param name="candidates">What the hard filter left, at least one.</param>
/// <param name="desired">The weights, normalised to sum 1.</param>
/// <param name="items">The examples that the request carries, at least 1.</param>
/// <param name="turn">How many selections there were among these traits before.</param>
public readonly ref struct SelectionContext(
    ReadOnlySpan<CandidateState> candidates, Preference desired, int items, long turn)
{
    /// <summary>What the hard filter left, at least one.</summary>
    public ReadOnlySpan<CandidateState> Candidates { get; } = candidates;

    /// <summary>The weights, normalised to sum 1.</summary>
    public Preference Desired { get; } = desired;

    /// <summary>The examples that the request carries.</summary>
    public int Items { get; } = items;

    /// <summary>How many selections there were among these traits before.</summary>
    public long Turn { get; } = turn;
}
