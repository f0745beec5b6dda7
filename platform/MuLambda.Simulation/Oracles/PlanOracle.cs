namespace MuLambda.Simulation;

/// <summary>
/// Follows a <see cref="UtilityPlan"/> of all closed-loop streams: of the executors below their planned occupancy the one worth most; what is worth
/// less than the mean goes where most are planned to wait. It knows the executors and the number of streams, and plans anew when the criteria, the
/// items or the executors' condition change. Where there is no closed loop it is a <see cref="UtilityOracle"/>.
/// </summary>
public sealed class PlanOracle : IOracle
{
    // Among equals in utility the faster: less than any difference that counts.
    private const double Tolerance = 1e-9;

    private readonly UtilityOracle _withoutPlan = new();
    private readonly Dictionary<PlanKey, Plan> _plans = [];

    /// <inheritdoc/>
    public int Choose(ClusterState cluster, in OracleRequest request)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var streams = cluster.Streams;
        if (streams == 0 || request.NotExecutor >= 0)
        {
            return _withoutPlan.Choose(cluster, request);
        }

        var key = new PlanKey(request.Client, request.Criteria, request.Items);
        if (!_plans.TryGetValue(key, out var plan) || plan.Condition != cluster.Condition)
        {
            _plans[key] = plan = new Plan(
                UtilityPlan.Of(cluster, request, streams), cluster.BestConfidence(request.Criteria), cluster.Condition);
        }

        var executor = Follow(cluster, request, plan);
        return executor >= 0 ? executor : _withoutPlan.Choose(cluster, request);
    }

    private static int Follow(ClusterState cluster, in OracleRequest request, Plan planned)
    {
        var plan = planned.Utility;
        var sink = -1;
        for (var executor = 0; executor < cluster.Executors; executor++)
        {
            if (plan.Levels[executor] >= 0
                && cluster.Admits(executor, request)
                && (sink < 0 || plan.Levels[executor] > plan.Levels[sink]))
            {
                sink = executor;
            }
        }

        var (best, bestUtility, bestMs) = (sink, double.NegativeInfinity, 0.0);
        for (var executor = 0; executor < cluster.Executors; executor++)
        {
            var inside = cluster.Inside(executor);
            if (executor == sink || inside > plan.Levels[executor] || !cluster.Admits(executor, request))
            {
                continue;
            }

            var utility = cluster.ExpectedUtility(executor, request, inside, planned.BestConfidence);
            var ownMs = cluster.RoundTripMs(executor, request.Client) + cluster.ServiceMs(executor, request.Items, inside);
            if (utility > bestUtility + Tolerance || (utility >= bestUtility - Tolerance && ownMs < bestMs))
            {
                (best, bestUtility, bestMs) = (executor, utility, ownMs);
            }
        }

        // The sink takes its part as soon as nothing better than the mean is free.
        return sink >= 0 && bestUtility < plan.Utility && cluster.Inside(sink) <= plan.Levels[sink] ? sink : best;
    }

    private readonly record struct PlanKey(int Client, Catalog.Criteria Criteria, int Items);

    private sealed record Plan(UtilityPlan Utility, double BestConfidence, long Condition);
}
