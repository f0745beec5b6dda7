namespace MuLambda.Selection;

/// <summary>Any candidate, with equal chance.</summary>
/// <param name="random">The source of chance.</param>
public sealed class RandomPolicy(SeededRandom random) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public int Choose(in SelectionContext context)
    {
        context.Scores.Clear();
        return context.NthAdmitted(random.Next(context.AdmittedCount));
    }
}
