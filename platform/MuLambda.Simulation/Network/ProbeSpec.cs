namespace MuLambda.Simulation;

/// <summary>How nodes measure their round trips to clients: by default as the prober service does.</summary>
public sealed record ProbeSpec
{
    /// <summary>No round trip is ever measured.</summary>
    public static ProbeSpec None { get; } = new() { Enabled = false };

    /// <summary>Whether nodes probe at all.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The time between two probes of a client, in milliseconds.</summary>
    public double IntervalMs { get; init; } = 5000;

    /// <summary>How long a client may take to answer, in milliseconds; a probe that takes longer counts as this long.</summary>
    public double TimeoutMs { get; init; } = 2000;

    /// <summary>The samples whose median is reported.</summary>
    public int Window { get; init; } = 20;

    /// <summary>How old a report may become while the figures stay the same, in milliseconds.</summary>
    public double ReportEveryMs { get; init; } = 30_000;

    /// <summary>Whether round trips are rounded to whole milliseconds, as the published prototype measured them.</summary>
    public bool WholeMilliseconds { get; init; }

    /// <summary>Whether the clients have been probed when the run begins; otherwise the first figures come during it.</summary>
    public bool Warm { get; init; } = true;
}
