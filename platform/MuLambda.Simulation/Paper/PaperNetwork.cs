namespace MuLambda.Simulation.Paper;

/// <summary>How far the nodes are away.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DelaysMs">The delay of each node's answers, in milliseconds; where there are more nodes, it begins anew.</param>
public sealed record PaperNetwork(string Name, IReadOnlyList<double> DelaysMs)
{
    /// <summary>The delay of a node's answers.</summary>
    /// <param name="node">The node's index.</param>
    /// <returns>Milliseconds.</returns>
    public double DelayMs(int node) => DelaysMs[node % DelaysMs.Count];
}
