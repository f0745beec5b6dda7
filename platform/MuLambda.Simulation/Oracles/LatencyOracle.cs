namespace MuLambda.Simulation;

/// <summary>
/// The least true marginal latency: what the request itself takes, plus what it adds to those that come while it is there, if they go on coming
/// as they do.
/// </summary>
public sealed class LatencyOracle : IOracle
{
    /// <inheritdoc/>
    public int Choose(ClusterState cluster, in OracleRequest request)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var (best, bestMs) = (-1, double.PositiveInfinity);
        for (var executor = 0; executor < cluster.Executors; executor++)
        {
            if (!cluster.Admits(executor, request))
            {
                continue;
            }

            var costMs = cluster.RoundTripMs(executor, request.Client) + cluster.MarginalMs(executor, request.Items);
            if (costMs < bestMs)
            {
                (best, bestMs) = (executor, costMs);
            }
        }

        return best;
    }
}
