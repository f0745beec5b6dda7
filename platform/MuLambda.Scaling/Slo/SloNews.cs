using MuLambda.Catalog;

namespace MuLambda.Scaling;

/// <summary>Decides when a selector reports anew: often enough that nobody is misled, seldom enough that the feed stays quiet.</summary>
public static class SloNews
{
    /// <summary>A report is repeated after so long even where nothing happened, well before the registry would forget it.</summary>
    public static readonly TimeSpan Repetition = TimeSpan.FromHours(1);

    /// <summary>The longest <see cref="IntervalOf"/>.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(5);

    // The shortest one: windows of milliseconds are for tests.
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);

    // A burn rate that moved by less changes no decision.
    private const double BurnRateFloor = 0.1;
    private const double Share = 0.1;

    /// <summary>How long after a report the next one may come, unless an alert begins or ends.</summary>
    /// <param name="shortest">The shortest window of the objective.</param>
    /// <returns>A slot of that window, at most 5 s.</returns>
    public static TimeSpan IntervalOf(TimeSpan shortest)
    {
        var slot = shortest / WindowRing.Slots;
        return slot > LongestInterval ? LongestInterval : slot < ShortestInterval ? ShortestInterval : slot;
    }

    /// <summary>Whether there is something to report.</summary>
    /// <param name="known">What was reported last; null for nothing.</param>
    /// <param name="report">How it is now.</param>
    /// <param name="age">How long ago the last report was.</param>
    /// <param name="interval">How long after a report the next one may come.</param>
    /// <returns>True where it should be reported.</returns>
    public static bool IsNews(SloReport? known, SloReport report, TimeSpan age, TimeSpan interval)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (known is null || known.Slo != report.Slo || !known.Alerts.SequenceEqual(report.Alerts))
        {
            return true;
        }

        if (age < interval)
        {
            return false;
        }

        // A report is taken for empty when it is older than a window: one that has requests has to be renewed in time.
        var filled = report.AlertWindows.Append(report.Window).FirstOrDefault(window => window.Total > 0);
        var renewal = filled is null ? Repetition : TimeSpan.FromSeconds(Math.Min(filled.Seconds / 5, Repetition.TotalSeconds));
        return age >= renewal
            || Differs(known.Window, report.Window, report.Slo)
            || known.AlertWindows.Zip(report.AlertWindows).Any(pair => Differs(pair.First, pair.Second, report.Slo));
    }

    private static bool Differs(SloWindow known, SloWindow now, Slo slo)
    {
        var before = ErrorBudget.BurnRate(known.Good, known.Total, slo.Target);
        var after = ErrorBudget.BurnRate(now.Good, now.Total, slo.Target);
        return Math.Abs(after - before) > Math.Max(BurnRateFloor, Share * before)
            || (known.Total == 0) != (now.Total == 0)
            || Math.Abs(now.Total - known.Total) > Share * Math.Max(known.Total, now.Total) + 1;
    }
}
