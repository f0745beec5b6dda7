using MuLambda.Selection;

namespace MuLambda.Simulation;

/// <summary>
/// The best expected realised utility: the latency weight times the published bucket score of the true expected round trip, plus the
/// accuracy weight times the expected confidence relative to the best; less what the request's delay of others costs them. Of equals the
/// least marginal latency.
/// </summary>
public sealed class UtilityOracle : IOracle
{
    private const double Tolerance = 1e-9;

    /// <inheritdoc/>
    public int Choose(ClusterState cluster, in OracleRequest request)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var largest = 0.0;
        for (var executor = 0; executor < cluster.Executors; executor++)
        {
            if (cluster.Meets(executor, request.Criteria))
            {
                largest = Math.Max(largest, cluster.ExpectedConfidence(executor));
            }
        }

        var (best, bestUtility, bestMs) = (-1, double.NegativeInfinity, 0.0);
        for (var executor = 0; executor < cluster.Executors; executor++)
        {
            if (!cluster.Admits(executor, request))
            {
                continue;
            }

            var rttMs = cluster.RoundTripMs(executor, request.Client);
            var ownMs = rttMs + cluster.ServiceMs(executor, request.Items, cluster.Inside(executor));
            var marginalMs = rttMs + cluster.MarginalMs(executor, request.Items);
            var own = WeightedPolicy.NormaliseLatency(ownMs);

            // The scores are steps; the smooth utility says what the delay of others costs them in the mean.
            var harm = LatencyUtility.Of(ownMs) - LatencyUtility.Of(marginalMs);
            var utility = (request.Weights.Latency * (own - harm))
                + (largest > 0 ? request.Weights.Accuracy * cluster.ExpectedConfidence(executor) / largest : 0);
            if (utility > bestUtility + Tolerance || (utility >= bestUtility - Tolerance && marginalMs < bestMs))
            {
                (best, bestUtility, bestMs) = (executor, utility, marginalMs);
            }
        }

        return best;
    }
}
