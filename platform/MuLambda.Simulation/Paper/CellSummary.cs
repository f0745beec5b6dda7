namespace MuLambda.Simulation.Paper;

/// <summary>A cell with all policies that were run in it.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Policies">The policies, in the order in which they are shown.</param>
public sealed record CellSummary(PaperCell Cell, IReadOnlyList<PolicySummary> Policies)
{
    /// <summary>A policy's results.</summary>
    /// <param name="policy">Its name.</param>
    /// <returns>The results; null where it was not run.</returns>
    public PolicySummary? Of(string policy) => Policies.FirstOrDefault(summary => summary.Policy == policy);

    /// <summary>The published policies that were run.</summary>
    public IEnumerable<PolicySummary> Published => Policies.Where(summary => PaperGrid.PublishedPolicies.Contains(summary.Policy));
}
