namespace MuLambda.Selection;

/// <summary>Chooses among the candidates that the hard filter left. Pure: state in, choice out; called concurrently.</summary>
public interface ISelectionPolicy
{
    /// <summary>The name by which it is configured and reported.</summary>
    string Name { get; }

    /// <summary>Chooses a candidate.</summary>
    /// <param name="context">The candidates and the request; at least one candidate.</param>
    /// <param name="utilities">Takes every candidate's utility, unless it is empty.</param>
    /// <returns>The choice.</returns>
    Choice Choose(in SelectionContext context, Span<double> utilities);
}
