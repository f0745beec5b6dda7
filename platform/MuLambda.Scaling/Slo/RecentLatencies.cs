namespace MuLambda.Scaling;

/// <summary>
/// The latencies of the last while: a ring of slices of which the oldest is emptied to become the newest. Counting takes no lock; who advances or
/// reads has to be alone with the others who do.
/// </summary>
/// <param name="windowTicks">How long that is, in ticks of 100 ns.</param>
public sealed class RecentLatencies(long windowTicks)
{
    // Three whole ones and the one being filled: at least the window, at most a third more.
    private const int Slices = 4;

    private readonly long _sliceTicks = Math.Max(1, windowTicks / (Slices - 1));
    private readonly int[][] _slices = [.. Enumerable.Range(0, Slices).Select(_ => new int[LatencyBuckets.Count])];
    private long _slice;

    /// <summary>When the next slice begins.</summary>
    public long NextTicks => (_slice + 1) * _sliceTicks;

    /// <summary>Counts one. One that comes while the slices turn may be lost with the oldest.</summary>
    /// <param name="latencyMs">The latency, in milliseconds.</param>
    public void Add(double latencyMs) =>
        Interlocked.Increment(ref _slices[(int)(Volatile.Read(ref _slice) % Slices)][LatencyBuckets.IndexOf(latencyMs)]);

    /// <summary>Goes on to the slice of a time.</summary>
    /// <param name="nowTicks">The time, in ticks of 100 ns since counting began.</param>
    public void Advance(long nowTicks)
    {
        var slice = nowTicks / _sliceTicks;
        for (var next = Math.Max(_slice + 1, slice - Slices + 1); next <= slice; next++)
        {
            Array.Clear(_slices[next % Slices]);
        }

        if (slice > _slice)
        {
            Volatile.Write(ref _slice, slice);
        }
    }

    /// <summary>What was counted in the window, up to the time it was last advanced to.</summary>
    /// <returns>The latencies.</returns>
    public LatencyHistogram Read()
    {
        var histogram = new LatencyHistogram();
        foreach (var slice in _slices)
        {
            for (var i = 0; i < slice.Length; i++)
            {
                histogram.Add(i, Volatile.Read(ref slice[i]));
            }
        }

        return histogram;
    }
}
