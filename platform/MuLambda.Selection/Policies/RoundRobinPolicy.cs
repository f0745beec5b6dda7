namespace MuLambda.Selection;

/// <summary>One candidate after the other, whatever they are.</summary>
public sealed class RoundRobinPolicy : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "round-robin";

    /// <inheritdoc/>
    public Choice Choose(in SelectionContext context, Span<double> utilities)
    {
        utilities.Clear();
        return new Choice((int)(context.Turn % context.Candidates.Length), 0);
    }
}
