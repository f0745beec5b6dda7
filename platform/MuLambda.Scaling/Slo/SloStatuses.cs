using MuLambda.Catalog;

namespace MuLambda.Scaling;

/// <summary>Adds the reports of all selectors on a client up.</summary>
public static class SloStatuses
{
    /// <summary>How a client's objective stands.</summary>
    /// <param name="client">The client.</param>
    /// <param name="slo">Its objective.</param>
    /// <param name="reports">The reports on it. Those that counted for another time or window are passed over.</param>
    /// <param name="now">The time now: of a report that is older than a window nothing is left in it.</param>
    /// <returns>The status.</returns>
    public static SloStatus Of(string client, Slo slo, IEnumerable<SloReport> reports, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(slo);
        var counted = reports
            .Where(report => report.Slo.LatencyMs == slo.LatencyMs && report.Slo.WindowSeconds == slo.WindowSeconds)
            .Select(report => (Report: report, AgeSeconds: (now - (report.ReportedAt ?? now)).TotalSeconds))
            .OrderBy(aged => aged.Report.Selector, StringComparer.Ordinal)
            .ToList();

        // Selectors scale alike; where one was started again with another scale its newest word counts.
        var windowSeconds = counted.Count > 0 ? counted.MinBy(aged => aged.AgeSeconds).Report.Window.Seconds : slo.WindowSeconds;
        var own = Sum(windowSeconds, counted.Select(aged => (aged.Report.Window, aged.AgeSeconds)));
        var windows = counted
            .SelectMany(aged => aged.Report.AlertWindows, (aged, window) => (window, aged.AgeSeconds))
            .GroupBy(aged => aged.window.Seconds)
            .OrderBy(group => group.Key)
            .ToDictionary(group => group.Key, group => Sum(group.Key, group));
        var latencies = new LatencyHistogram();
        foreach (var (report, age) in counted)
        {
            if (report.Alerts.Count == 0 || age <= report.Alerts.Min(alert => alert.LongSeconds))
            {
                latencies.Add(report.Latencies);
            }
        }

        return new SloStatus(
            client,
            slo,
            windowSeconds,
            own.Total,
            own.Good,
            ErrorBudget.Left(own.Good, own.Total, slo.Target),
            [.. windows.Values.Select(window => new SloBurnRate(
                window.Seconds, window.Total, BurnRate(window), ErrorBudget.Attainment(window.Good, window.Total)))],
            [.. counted
                .SelectMany(aged => aged.Report.Alerts, (aged, alert) => alert with { Firing = alert.Firing && aged.AgeSeconds <= alert.ShortSeconds })
                .GroupBy(alert => (alert.LongSeconds, alert.ShortSeconds, alert.BurnRate))
                .OrderBy(group => group.Key.LongSeconds)
                .Select(group => Merge([.. group]))],
            [.. counted.Select(aged => aged.Report.Selector)],
            ErrorBudget.Attainment(own.Good, own.Total),
            latencies.Total > 0
                ? new SloLatency(latencies.Quantile(0.5)!.Value, latencies.Quantile(0.95)!.Value, latencies.Quantile(0.99)!.Value)
                : null,
            counted.Count > 0 ? counted.Min(aged => aged.Report.Since) : null);

        double BurnRate(SloWindow? window) => window is null ? 0 : ErrorBudget.BurnRate(window.Good, window.Total, slo.Target);

        // One selector's alarm alone is none: what all of them saw decides. But one that has begun goes on as at the selectors.
        SloAlert Merge(IReadOnlyList<SloAlert> alerts)
        {
            var alert = alerts[0];
            var (longer, shorter) = (windows.GetValueOrDefault(alert.LongSeconds), windows.GetValueOrDefault(alert.ShortSeconds));
            var minRequests = alerts.Max(one => one.MinRequests);
            return alert with
            {
                MinRequests = minRequests,
                Firing = ErrorBudget.IsFiring(
                    alerts.Any(one => one.Firing), BurnRate(longer), BurnRate(shorter), longer?.Total ?? 0, alert.BurnRate, minRequests),
            };
        }
    }

    private static SloWindow Sum(double seconds, IEnumerable<(SloWindow Window, double AgeSeconds)> reported)
    {
        long good = 0, total = 0;
        foreach (var (window, age) in reported)
        {
            if (window.Seconds == seconds && age <= seconds)
            {
                good += window.Good;
                total += window.Total;
            }
        }

        return new SloWindow(seconds, good, total);
    }
}
