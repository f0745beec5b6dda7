namespace MuLambda.Selection;

/// <summary>Chooses among the candidates that the hard filter left. Pure: state in, choice out; called concurrently.</summary>
public interface ISelectionPolicy
{
    /// <summary>The name by which it is configured and reported.</summary>
    string Name { get; }

    /// <summary>Chooses a candidate, and writes every admitted candidate's utility to <see cref="SelectionContext.Scores"/>.</summary>
    /// <param name="context">The candidates and the request; at least one row is admitted.</param>
    /// <returns>The row of the chosen one, which is admitted.</returns>
    int Choose(in SelectionContext context);
}
