using MuLambda.Selection;

namespace MuLambda.Simulation;

/// <summary>
/// The best expected realised utility, less what the request's delay of others costs them. Of equals the least marginal latency.
/// </summary>
public sealed class UtilityOracle : IOracle
{
    private const double Tolerance = 1e-9;

    /// <inheritdoc/>
    public int Choose(ClusterState cluster, in OracleRequest request)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var largest = cluster.BestConfidence(request.Criteria);
        var (best, bestUtility, bestMs) = (-1, double.NegativeInfinity, 0.0);
        for (var executor = 0; executor < cluster.Executors; executor++)
        {
            if (!cluster.Admits(executor, request))
            {
                continue;
            }

            var rttMs = cluster.RoundTripMs(executor, request.Client);
            var inside = cluster.Inside(executor);

            // The scores are steps; the smooth utility says what a delay costs others in the mean.
            var harm = cluster.Affected(executor, request.Items)
                * (LatencyUtility.Of(rttMs + cluster.ServiceMs(executor, request.Items, inside))
                    - LatencyUtility.Of(rttMs + cluster.ServiceMs(executor, request.Items, inside + 1)));
            var utility = cluster.ExpectedUtility(executor, request, inside, largest) - (request.Weights.Latency * harm);
            var marginalMs = rttMs + cluster.MarginalMs(executor, request.Items);
            if (utility > bestUtility + Tolerance || (utility >= bestUtility - Tolerance && marginalMs < bestMs))
            {
                (best, bestUtility, bestMs) = (executor, utility, marginalMs);
            }
        }

        return best;
    }
}
