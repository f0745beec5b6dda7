namespace MuLambda.Scaling;

/// <summary>
/// Whether a deployment without a request keeps a replica: the hybrid histogram policy of Shahrad et al., "Serverless in the Wild" (USENIX ATC 2020), on the idle times
/// that were at least as long as the one that runs.
/// </summary>
/// <param name="Warm">Whether there is to be a replica.</param>
/// <param name="UntilIdleMs">Until which idle time that holds, in milliseconds; infinite for until a request comes.</param>
/// <param name="Why">What decided.</param>
/// <param name="Forecast">When the next request is expected; null where nobody knows.</param>
internal readonly record struct IdlePlan(bool Warm, double UntilIdleMs, IdleReason Why, IdleForecast? Forecast)
{
    // A start costs what it takes: to be away for less than two of them is not worth it.
    private const double LeastStarts = 2;

    // From so many values on the margin is the wanted one. With fewer it is wider, as the error of a percentile falls with the root of their number.
    private const double ManyValues = 9;

    /// <summary>Decides.</summary>
    /// <param name="times">The idle times seen.</param>
    /// <param name="idleMs">What has passed since there was a request.</param>
    /// <param name="warm">Whether there is a replica.</param>
    /// <param name="changedIdleMs">At which idle time the number changed from or to zero; null where it has not since the last request.</param>
    /// <param name="startMs">How long a start takes.</param>
    /// <param name="keepWarmMs">How long a replica stays at most.</param>
    /// <param name="shares">The percentiles and the margin.</param>
    public static IdlePlan Of(
        IdleTimes times, double idleMs, bool warm, double? changedIdleMs, double startMs, double keepWarmMs, IdleShares shares)
    {
        // What was known when the number last changed goes on: with what is left of the distribution the forecast would run away from the time.
        var forecast = times.Forecast(changedIdleMs ?? idleMs, shares.Head, shares.Tail);
        var margin = Math.Min(1, shares.Margin * Math.Max(1, Math.Sqrt(ManyValues / Math.Max(forecast?.Values ?? 0, 1))));
        var wakeMs = forecast is { } known ? ((1 - margin) * known.HeadMs) - startMs : double.NaN;
        var tailMs = forecast is { } expected ? (1 + margin) * expected.TailMs : double.PositiveInfinity;
        if (!warm)
        {
            return changedIdleMs is { } since && wakeMs - since > LeastStarts * startMs
                ? idleMs >= wakeMs
                    ? new(true, double.PositiveInfinity, IdleReason.ExpectedSoon, forecast)
                    : new(false, wakeMs, IdleReason.ExpectedLater, forecast)
                : new(false, double.PositiveInfinity, IdleReason.NobodyKnows, null);
        }

        if (changedIdleMs is { } woken)
        {
            var endMs = Math.Min(tailMs, woken + keepWarmMs);
            return idleMs < endMs
                ? new(true, endMs, IdleReason.ExpectedSoon, forecast)
                : new(false, double.PositiveInfinity, IdleReason.Overdue, forecast);
        }

        return wakeMs - idleMs > LeastStarts * startMs ? new(false, wakeMs, IdleReason.ExpectedLater, forecast)
            : idleMs < keepWarmMs ? new(true, keepWarmMs, forecast is null ? IdleReason.NobodyKnows : IdleReason.ExpectedSoon, forecast)
            : new(false, double.PositiveInfinity, IdleReason.KeptLongEnough, forecast);
    }
}
