using MuLambda.Selection;

namespace MuLambda.Simulation;

/// <summary>A selector, with the limits that the selector service has.</summary>
public sealed record SelectorSpec
{
    /// <summary>The delay of everything it sends to clients, one way, in milliseconds; 0 where it runs beside them.</summary>
    public double DelayMs { get; init; }

    /// <summary>How long a change of the catalog takes to its snapshot, in milliseconds.</summary>
    public double FeedDelayMs { get; init; } = 20;

    /// <summary>Executors asked for one request until one answers.</summary>
    public int MaxAttempts { get; init; } = 4;

    /// <summary>An executor silent for so long is left out like one that fails, in milliseconds.</summary>
    public double UnresponsiveAfterMs { get; init; } = 2000;

    /// <summary>How long executors that failed are left out; null for the service's default.</summary>
    public QuarantineOptions? Quarantine { get; init; }
}
