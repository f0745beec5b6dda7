using MuLambda.Catalog;

namespace MuLambda.Scaling;

/// <summary>Latencies by <see cref="LatencyBuckets"/>, of one or of many selectors. For one thread at a time.</summary>
public sealed class LatencyHistogram
{
    private readonly long[] _counts = new long[LatencyBuckets.Count];

    /// <summary>How many latencies there are.</summary>
    public long Total { get; private set; }

    /// <summary>Adds one latency.</summary>
    /// <param name="latencyMs">The latency, in milliseconds.</param>
    public void Add(double latencyMs) => Add(LatencyBuckets.IndexOf(latencyMs), 1);

    /// <summary>Adds what was counted elsewhere.</summary>
    /// <param name="counts">The counts.</param>
    public void Add(LatencyCounts counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        for (var i = 0; i < counts.Counts.Count; i++)
        {
            Add(counts.First + i, counts.Counts[i]);
        }
    }

    /// <summary>The latency that a share of all does not exceed.</summary>
    /// <param name="share">The share, from 0 to 1.</param>
    /// <returns>It, within <see cref="LatencyBuckets.RelativeError"/>, in milliseconds; null where there is none.</returns>
    public double? Quantile(double share)
    {
        if (Total == 0)
        {
            return null;
        }

        var rank = Math.Clamp((long)Math.Ceiling(share * Total), 1, Total);
        var index = 0;
        for (var below = _counts[0]; below < rank; below += _counts[index])
        {
            index++;
        }

        return LatencyBuckets.MiddleMs(index);
    }

    /// <summary>The counts, without the empty buckets at both ends.</summary>
    /// <returns>The counts.</returns>
    public LatencyCounts ToCounts()
    {
        var counts = _counts.AsSpan();
        var first = counts.IndexOfAnyExcept(0);
        return first < 0 ? LatencyCounts.Empty : new LatencyCounts(first, counts[first..(counts.LastIndexOfAnyExcept(0) + 1)].ToArray());
    }

    internal void Add(int bucket, long count)
    {
        _counts[bucket] += count;
        Total += count;
    }
}
