namespace MuLambda.Selection;

/// <summary>Any candidate, each as likely as the other.</summary>
/// <param name="random">Where chance comes from.</param>
public sealed class RandomPolicy(SeededRandom random) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public Choice Choose(in SelectionContext context, Span<double> utilities)
    {
        utilities.Clear();
        return new Choice(random.Next(context.Candidates.Length), 0);
    }
}
