namespace MuLambda.Load;

/// <summary>What a run measured.</summary>
public sealed record LoadResult
{
    /// <summary>Where the target is.</summary>
    public required string Target { get; init; }

    /// <summary>When the warm-up began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long was measured, in seconds: less than asked for where the run was stopped.</summary>
    public required double Seconds { get; init; }

    /// <summary>Whether the run was stopped before its end.</summary>
    public required bool Interrupted { get; init; }

    /// <summary>Requests that were due while it was measured; these are what latencies and errors are of.</summary>
    public required long Due { get; init; }

    /// <summary>Those of them that were answered right, whenever.</summary>
    public required long Answered { get; init; }

    /// <summary>Those of them that were answered right within the SLO; null without one.</summary>
    public required long? WithinSlo { get; init; }

    /// <summary>Right answers a second, by when they arrived.</summary>
    public required double ThroughputPerSecond { get; init; }

    /// <summary>Right answers within the SLO a second, by when they arrived; null without one.</summary>
    public required double? GoodputPerSecond { get; init; }

    /// <summary>Latencies of right answers in milliseconds, in an open loop from when the request was due; null without any.</summary>
    public required LoadPercentiles? LatencyMs { get; init; }

    /// <summary>How much later than due the generator sent, in milliseconds; null for a closed loop.</summary>
    public required LoadPercentiles? ScheduleLagMs { get; init; }

    /// <summary>
    /// Whether the generator kept its own schedule: the 99th percentile of its lag is at most a millisecond, or a tenth of the median latency.
    /// Where not, latencies hold the generator's own delay.
    /// </summary>
    public required bool KeptSchedule { get; init; }

    /// <summary>Failures by kind, the most frequent first.</summary>
    public required IReadOnlyList<LoadErrors> Errors { get; init; }

    /// <summary>The run second by second.</summary>
    public required IReadOnlyList<LoadSecond> Series { get; init; }

    /// <summary>The distribution of latencies, denser towards the slowest.</summary>
    public required IReadOnlyList<LatencyPoint> Distribution { get; init; }
}
