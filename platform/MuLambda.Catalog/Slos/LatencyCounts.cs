namespace MuLambda.Catalog;

/// <summary>
/// Latencies counted by log-linear buckets: bucket 0 is what took less than 1/32 ms, the buckets from 1 on divide each doubling from there into
/// 32 of equal width, and the last holds all that took 4,194,304 ms and more.
/// </summary>
/// <param name="First">The bucket of the first count.</param>
/// <param name="Counts">How many there are in it and in those that follow; empty buckets at both ends are left out.</param>
public sealed record LatencyCounts(int First, IReadOnlyList<long> Counts)
{
    /// <summary>No latency.</summary>
    public static LatencyCounts Empty { get; } = new(0, []);
}
