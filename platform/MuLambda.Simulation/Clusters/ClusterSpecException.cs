namespace MuLambda.Simulation;

/// <summary>A <see cref="ClusterSpec"/> that cannot be simulated.</summary>
/// <param name="field">What is wrong, such as <c>executors[3].node</c>.</param>
/// <param name="reason">How, and what it may be.</param>
public sealed class ClusterSpecException(string field, string reason) : Exception($"{field} {reason}")
{
    /// <summary>What is wrong.</summary>
    public string Field { get; } = field;
}
