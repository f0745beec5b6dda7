using MuLambda.Catalog;

namespace MuLambda.Prober.Probes;

/// <summary>
/// Decides which figures are worth a report: every change in the catalog goes to every selector, so noise stays here.
/// </summary>
/// <param name="maxAge">How old a report may become while the client still answers.</param>
internal sealed class ReportPolicy(TimeSpan maxAge)
{
    /// <summary>Smaller changes than this share of the last report, and than this much, change no selection.</summary>
    private const double RelativeChange = 0.1;
    private const double AbsoluteChangeMs = 0.05;

    /// <summary>Whether a report is due.</summary>
    /// <param name="last">The last report the registry took; null for none.</param>
    /// <param name="now">What it would be now.</param>
    /// <returns>True where it is due.</returns>
    public bool IsDue(LatencyReport? last, LatencyReport now) =>
        last is null
        || (now.MeasuredAt > last.MeasuredAt
            && (now.MeasuredAt - last.MeasuredAt >= maxAge
                || Differs(last.MedianMs, now.MedianMs)
                || Differs(last.TailMs, now.TailMs)));

    private static bool Differs(double before, double now)
    {
        var change = Math.Abs(now - before);
        return change > AbsoluteChangeMs && change > RelativeChange * before;
    }
}
