using System.Diagnostics.Metrics;
using MuLambda.Catalog;
using MuLambda.Scaling;

namespace MuLambda.Selector;

/// <summary>The objectives as metrics: what this selector saw of each client.</summary>
internal static class SloTelemetry
{
    public static void Observe(IMeterFactory meters, SloTrackers trackers, string selector)
    {
        var meter = meters.Create(SelectorTelemetry.Name);
        IEnumerable<SloReport> Reports() => trackers.All.Select(tracker => tracker.Report(selector, withLatencies: false));
        meter.CreateObservableGauge(
            "mulambda.slo.attainment",
            () => Reports().Where(report => report.Window.Total > 0).Select(report => new Measurement<double>(
                ErrorBudget.Attainment(report.Window.Good, report.Window.Total)!.Value, Client(report))),
            "1", "The share of requests answered within the objective's time, over its window.");
        meter.CreateObservableGauge(
            "mulambda.slo.error_budget",
            () => Reports().Select(report => new Measurement<double>(
                ErrorBudget.Left(report.Window.Good, report.Window.Total, report.Slo.Target), Client(report))),
            "1", "The share of the error budget that is left; below 0 where it is overspent.");
        meter.CreateObservableGauge(
            "mulambda.slo.burn_rate",
            () => Reports().SelectMany(report => report.AlertWindows, (report, window) => new Measurement<double>(
                ErrorBudget.BurnRate(window.Good, window.Total, report.Slo.Target), Client(report), Window(WindowName.Of(window.Seconds)))),
            "1", "How fast a window spends the error budget; 1 uses it up in just the objective's window.");
        meter.CreateObservableGauge(
            "mulambda.slo.alert",
            () => Reports().SelectMany(report => report.Alerts, (report, alert) => new Measurement<int>(
                alert.Firing ? 1 : 0, Client(report), Window($"{WindowName.Of(alert.LongSeconds)}/{WindowName.Of(alert.ShortSeconds)}"))),
            "1", "1 while the burn-rate alert of a long and a short window fires.");
    }

    private static KeyValuePair<string, object?> Client(SloReport report) => new("mulambda.client", report.Client);

    private static KeyValuePair<string, object?> Window(string name) => new("mulambda.window", name);
}
