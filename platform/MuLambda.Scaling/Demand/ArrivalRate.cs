namespace MuLambda.Scaling;

/// <summary>
/// The rate at which requests come now: the mean over the longest of several windows whose newer and older half do not differ by more than chance, so that it is
/// exact while nothing changes and follows a burst with its first sample (the idea of adaptive windowing: Bifet and Gavaldà, "Learning from Time-Changing Data with Adaptive
/// Windowing", SDM 2007; here with windows of powers of two samples and a normal test for two Poisson counts).
/// </summary>
internal static class ArrivalRate
{
    // Half a minute at two samples a second.
    private const int LongestSamples = 64;

    // What chance alone exceeds once in a few hundred tests; each makes the window shorter than it could be.
    private const double Deviations = 3;

    // Bursts that came before shall not hide the next one.
    private const double LargestVariability = 10;

    /// <summary>Estimates it from the samples added so far.</summary>
    /// <returns>Requests a millisecond.</returns>
    public static double Estimate(DemandHistory history)
    {
        var variability = Math.Clamp(history.Variability.Factor(0), 1, LargestVariability);
        var count = 1;
        var window = history.Samples(0, 1);
        while (2 * count <= Math.Min(LongestSamples, history.Count))
        {
            var older = history.Samples(count, count);
            if (Differ(window, older, variability))
            {
                break;
            }

            window += older;
            count *= 2;
        }

        return window.LengthMs > 0 ? window.Requests / window.LengthMs : 0;
    }

    // Under one rate, the newer count less the older one scaled to the newer one's length has mean 0 and the variance below.
    private static bool Differ(in DemandWindow newer, in DemandWindow older, double variability)
    {
        if (newer.LengthMs <= 0 || older.LengthMs <= 0)
        {
            return false;
        }

        var scale = newer.LengthMs / older.LengthMs;
        var expected = (newer.Requests + older.Requests) / (newer.LengthMs + older.LengthMs) * newer.LengthMs;
        var difference = newer.Requests - (scale * older.Requests);
        return difference * difference > Deviations * Deviations * variability * expected * (1 + scale);
    }
}
