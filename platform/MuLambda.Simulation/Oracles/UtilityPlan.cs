namespace MuLambda.Simulation;

/// <summary>
/// The best use of a cluster by a number of streams in the long run, as if requests were a fluid: at which occupancy to hold each executor, so that
/// the mean utility of a request is largest.
/// </summary>
/// <remarks>
/// <para>
/// An executor that always holds k + 1 requests answers <c>X = (k + 1) / T(k)</c> of them a millisecond, each worth u(k), and keeps
/// <c>S = X (T(k) + rtt)</c> streams busy. Every stream is always busy somewhere, so the mean utility is the largest U for which
/// <c>sum X (u - U) >= 0</c> can hold with <c>sum S = streams</c>: a linear program over the shares of time that each executor spends at each
/// occupancy, solved here by its dual (bisection on U and on the price of a stream; Dinkelbach's method for ratios).
/// </para>
/// <para>
/// The price may be negative: with more streams than the good executors can use, the others are best kept waiting where they disturb nobody.
/// Fast executors are then kept at their best throughput, most requests are fast, and a few take very long.
/// </para>
/// </remarks>
public sealed class UtilityPlan
{
    private const int Steps = 60;

    private UtilityPlan(Lane[][] lanes, double utility, double price)
    {
        Utility = utility;
        Price = price;
        Levels = [.. lanes.Select(l => Best(l, utility, price - Math.Max(1e-12, Math.Abs(price) * 1e-6)).Level)];
    }

    /// <summary>The mean utility of a request in the long run.</summary>
    public double Utility { get; }

    /// <summary>What another busy stream is worth, in utility a millisecond; negative where there are more of them than is good.</summary>
    public double Price { get; }

    /// <summary>By executor, how many requests a newcomer may find there; -1 for an executor that is not used.</summary>
    public IReadOnlyList<int> Levels { get; }

    /// <summary>Plans.</summary>
    /// <param name="cluster">The cluster, as it is now.</param>
    /// <param name="request">What all requests are like.</param>
    /// <param name="streams">How many streams send one after the other.</param>
    /// <returns>The plan.</returns>
    public static UtilityPlan Of(ClusterState cluster, in OracleRequest request, int streams)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentOutOfRangeException.ThrowIfLessThan(streams, 1);
        var lanes = new Lane[cluster.Executors][];
        var largest = cluster.BestConfidence(request.Criteria);
        for (var executor = 0; executor < lanes.Length; executor++)
        {
            lanes[executor] = cluster.IsUp(executor) && cluster.Meets(executor, request.Criteria)
                ? Lanes(cluster, request, executor, streams, largest) : [];
        }

        // Larger U leaves less; where nothing is left is the best there is.
        var (low, high) = (0.0, 1.0);
        for (var step = 0; step < Steps; step++)
        {
            var middle = (low + high) / 2;
            if (Surplus(lanes, middle, streams, out _) >= 0)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        Surplus(lanes, low, streams, out var price);
        return new UtilityPlan(lanes, low, price);
    }

    private static Lane[] Lanes(ClusterState cluster, in OracleRequest request, int executor, int streams, double largest)
    {
        var rttMs = cluster.RoundTripMs(executor, request.Client);
        var lanes = new List<Lane>();

        // Where many wait, one more or less makes no difference.
        for (var level = 0; level < streams; level += 1 + (level / 64))
        {
            var serviceMs = Math.Max(1e-6, cluster.ServiceMs(executor, request.Items, level));
            var perMs = (level + 1) / serviceMs;
            lanes.Add(new Lane(
                level, perMs, perMs * (serviceMs + rttMs), cluster.ExpectedUtility(executor, request, level, largest)));
        }

        return [.. lanes];
    }

    // The dual of the linear program: the least over all prices of what the executors make at that price plus what the streams cost.
    private static double Surplus(Lane[][] lanes, double utility, int streams, out double price)
    {
        var (low, high) = (-1.0, 1.0);
        for (var step = 0; step < Steps; step++)
        {
            var middle = (low + high) / 2;
            if (lanes.Sum(l => Best(l, utility, middle).Streams) > streams)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        price = high;
        var (sum, at) = (price * streams, price);
        return sum + lanes.Sum(l => Math.Max(0, Best(l, utility, at).Worth(utility, at)));
    }

    private static Lane Best(Lane[] lanes, double utility, double price)
    {
        var best = Lane.Unused;
        var bestWorth = 0.0;
        foreach (var lane in lanes)
        {
            if (lane.Worth(utility, price) is var worth && worth > bestWorth)
            {
                (best, bestWorth) = (lane, worth);
            }
        }

        return best;
    }

    private readonly record struct Lane(int Level, double PerMs, double Streams, double Utility)
    {
        public static Lane Unused { get; } = new(-1, 0, 0, 0);

        public double Worth(double utility, double price) => (PerMs * (Utility - utility)) - (price * Streams);
    }
}
