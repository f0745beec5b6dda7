namespace MuLambda.Selection;

/// <summary>
/// For how long what is known of a candidate's service time is relied on, and what the candidate is taken for after that, so that one that
/// is avoided is measured again: seldom where it has always been as slow as it is, soon where it has become slower than it
/// used to be and may have recovered.
/// </summary>
/// <remarks>
/// Written under the owner's learning, read by anyone; each figure for itself. The interval grows with what a measurement
/// costs, so that measuring again takes at most about half a percent of the time.
/// </remarks>
internal sealed class Freshness
{
    /// <summary>The shortest time for which a settled figure is relied on, in milliseconds.</summary>
    public const double SettledMs = 30_000;

    /// <summary>After how long a candidate that became slower is tried, in milliseconds.</summary>
    public const double DegradedMs = 2_000;

    // A slower service is held against the former one for so long, then it is the usual one.
    private const double RememberedMs = 600_000;
    private const double CostShare = 200;
    private const int SettledAfter = 10;
    private const double SlowerBy = 1.5;

    // What a settled candidate could have become, and what the first answer, which may have paid for connections and compilation,
    // may have covered up.
    private const double SettledFactor = 0.3;
    private const double FirstFactor = 0.05;

    private ServiceTimeModel? _usual;
    private double _usualAtMs;

    /// <summary>What the service time may have become, as a share of what it was.</summary>
    public double RetryFactor { get; private set; } = SettledFactor;

    /// <summary>When it is worth trying, in milliseconds after the last answer.</summary>
    public double RetryAfterMs { get; private set; } = SettledMs;

    /// <summary>When the last figure no longer counts against a bound, in milliseconds after the last answer.</summary>
    public double StaleAfterMs { get; private set; } = SettledMs;

    /// <summary>What the candidate used to be, where it had become slower and this answer shows that it no longer is.</summary>
    public ServiceTimeModel? Recovered(double elapsedMs, int items, int requestsAhead, int itemsAhead) =>
        RetryAfterMs == DegradedMs && _usual is { } usual
            && elapsedMs <= SlowerBy * (usual.ServiceMs(items) + usual.WaitMs(requestsAhead, itemsAhead))
            ? usual : null;

    /// <summary>Takes in what is known now.</summary>
    /// <param name="current">The service time.</param>
    /// <param name="items">The examples of the request it was learned from.</param>
    /// <param name="nowMs">The selector's clock, in milliseconds.</param>
    public void Follow(ServiceTimeModel current, int items, double nowMs)
    {
        var serviceMs = current.ServiceMs(items);
        StaleAfterMs = Math.Max(SettledMs, CostShare * serviceMs);
        if (current.Observations < 2)
        {
            (RetryFactor, RetryAfterMs) = (FirstFactor, 2 * serviceMs);
            return;
        }

        var usualMs = _usual?.ServiceMs(items) ?? double.PositiveInfinity;
        if (serviceMs > SlowerBy * usualMs && nowMs - _usualAtMs < RememberedMs)
        {
            (RetryFactor, RetryAfterMs) = (usualMs / serviceMs, DegradedMs);
            return;
        }

        (RetryFactor, RetryAfterMs) = (SettledFactor, StaleAfterMs);
        if (current.Observations >= SettledAfter)
        {
            (_usual, _usualAtMs) = (current, nowMs);
        }
    }
}
