namespace MuLambda.Scaling;

/// <summary>What a scaling policy is told: everything its decision depends on.</summary>
public sealed record ScalingSnapshot
{
    /// <summary>The time, by the scaler's monotonic clock, in milliseconds.</summary>
    public required double NowMs { get; init; }

    /// <summary>The fewest replicas.</summary>
    public required int Min { get; init; }

    /// <summary>The most replicas.</summary>
    public required int Max { get; init; }

    /// <summary>Replicas that serve.</summary>
    public required int Ready { get; init; }

    /// <summary>Replicas that were launched and do not serve yet.</summary>
    public required int Starting { get; init; }

    /// <summary>What came and how it was answered, and what was decided.</summary>
    public required DemandHistory History { get; init; }

    /// <summary>How long the last replica stays without a request at most, in milliseconds.</summary>
    public double KeepWarmMs { get; init; } = 600_000;

    /// <summary>What batches take on a replica; null while nothing is known.</summary>
    public ServiceCurve? Service { get; init; }

    /// <summary>The latency that requests are to be answered within, in milliseconds; null where no client has an objective.</summary>
    public double? TargetMs { get; init; }

    /// <summary>The share of requests that has to be.</summary>
    public double Probability { get; init; } = 0.99;

    /// <summary>The fastest burn rate among the alerts of its clients' objectives that fire; null where none does.</summary>
    public double? BurnRate { get; init; }

    /// <summary>How long a launch takes until it serves, as measured, in milliseconds; 0 while nothing is known.</summary>
    public double ColdStartMs { get; init; }
}
