namespace MuLambda.Simulation;

/// <summary>How companions look after executors: by default as the prober service does.</summary>
public sealed record LoadReportSpec
{
    /// <summary>The time between two looks at an executor, each followed by its heartbeat, in milliseconds.</summary>
    public double IntervalMs { get; init; } = 1000;

    /// <summary>Whether heartbeats carry the executor's load; its state they always carry.</summary>
    public bool Loads { get; init; } = true;

    /// <summary>Whether an executor's answers tell how many requests were ahead, as those of the embedded server do.</summary>
    public bool Answers { get; init; } = true;

    /// <summary>How long a registration lives without a heartbeat, in milliseconds.</summary>
    public double LeaseMs { get; init; } = 10_000;
}
