namespace MuLambda.Selection;

/// <summary>One candidate after the other.</summary>
public sealed class RoundRobinPolicy : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "round-robin";

    /// <inheritdoc/>
    public int Choose(in SelectionContext context)
    {
        context.Scores.Clear();
        return context.NthAdmitted((int)(context.Turn % context.AdmittedCount));
    }
}
