namespace MuLambda.Catalog;

/// <summary>A service-level objective: the share of requests answered within a time, over a sliding window.</summary>
/// <param name="LatencyMs">The time, in milliseconds.</param>
/// <param name="Target">The share, above 0 and below 1, such as 0.99.</param>
/// <param name="WindowSeconds">The window that the share is of, in seconds, from an hour to 90 days.</param>
public sealed record Slo(double LatencyMs, double Target = 0.99, double WindowSeconds = Slo.DefaultWindowSeconds)
{
    /// <summary>30 days: what burn rates are usually stated for.</summary>
    public const double DefaultWindowSeconds = 2_592_000;

    /// <summary>The shortest window, in seconds: that of the fastest alert.</summary>
    public const double MinWindowSeconds = 3600;

    /// <summary>The longest window, in seconds: 90 days.</summary>
    public const double MaxWindowSeconds = 7_776_000;
}
