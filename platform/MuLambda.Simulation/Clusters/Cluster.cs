using MuLambda.Selection;

namespace MuLambda.Simulation;

/// <summary>
/// Runs a cluster in virtual time. A run is a pure function of specification, chooser and seed: the same three give the same requests, to
/// the bit.
/// </summary>
public static class Cluster
{
    /// <summary>What can choose by name: the selection policies, then the oracles.</summary>
    public static IReadOnlyList<string> Choosers { get; } = [.. SelectionPolicies.Names, .. Oracles.Names];

    /// <summary>Runs a cluster with a selection policy, or an oracle, by name.</summary>
    /// <param name="spec">The cluster.</param>
    /// <param name="chooser">One of <see cref="Choosers"/>.</param>
    /// <param name="seed">Where chance starts.</param>
    /// <param name="sink">Takes the requests.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <returns>What the run came to.</returns>
    /// <exception cref="ClusterSpecException">The cluster cannot be simulated.</exception>
    /// <exception cref="ArgumentException">There is no such chooser.</exception>
    public static RunSummary Run(
        ClusterSpec spec, string chooser, long seed, IRequestSink sink, CancellationToken cancellationToken = default) =>
        Oracles.Names.Contains(chooser)
            ? Run(spec, Oracles.Create(chooser), seed, sink, cancellationToken)
            : Run(spec, selector => SelectionPolicies.Create(chooser, PolicySeed(seed, selector)), seed, sink, cancellationToken);

    /// <summary>Runs a cluster with any selection policy.</summary>
    /// <param name="spec">The cluster.</param>
    /// <param name="policies">Makes the policy of a selector, by its index.</param>
    /// <param name="seed">Where chance starts.</param>
    /// <param name="sink">Takes the requests.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <returns>What the run came to.</returns>
    /// <exception cref="ClusterSpecException">The cluster cannot be simulated.</exception>
    public static RunSummary Run(
        ClusterSpec spec, Func<int, ISelectionPolicy> policies, long seed, IRequestSink sink,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policies);
        return Run(spec, policies, null, seed, sink, cancellationToken);
    }

    /// <summary>Runs a cluster with an oracle in place of selectors.</summary>
    /// <param name="spec">The cluster.</param>
    /// <param name="oracle">The oracle.</param>
    /// <param name="seed">Where chance starts.</param>
    /// <param name="sink">Takes the requests.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <returns>What the run came to.</returns>
    /// <exception cref="ClusterSpecException">The cluster cannot be simulated.</exception>
    public static RunSummary Run(
        ClusterSpec spec, IOracle oracle, long seed, IRequestSink sink, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(oracle);
        return Run(spec, null, oracle, seed, sink, cancellationToken);
    }

    private static RunSummary Run(
        ClusterSpec spec, Func<int, ISelectionPolicy>? policies, IOracle? oracle, long seed, IRequestSink sink,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(sink);
        ClusterSpecValidation.Validate(spec);
        return new Engine(spec, policies, oracle, seed, sink).Run(cancellationToken);
    }

    // The policies' chance has nothing to do with the requests'.
    private static long PolicySeed(long seed, int selector) => unchecked((long)RequestChance.StreamKey(seed, -1, selector));
}
