namespace MuLambda.Simulation;

/// <summary>
/// Chooses with perfect knowledge of the present: what no selector can have, and therefore what a policy's results are held against. It
/// sees the cluster as it is at this moment, not what is to come.
/// </summary>
public interface IOracle
{
    /// <summary>Chooses an executor.</summary>
    /// <param name="cluster">The cluster as it is.</param>
    /// <param name="request">The request.</param>
    /// <returns>The executor's index; -1 for none.</returns>
    int Choose(ClusterState cluster, in OracleRequest request);
}
