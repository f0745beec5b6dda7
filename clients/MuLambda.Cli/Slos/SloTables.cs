using System.Globalization;
using MuLambda.Catalog;
using MuLambda.Cli.Terminal;
using Spectre.Console;

namespace MuLambda.Cli.Slos;

/// <summary>Objectives as tables; red is what somebody has to look at.</summary>
internal static class SloTables
{
    private const string None = "-";

    private static readonly Style Alarm = new(Color.Red);

    /// <summary>One line a client.</summary>
    public static Table Overview(IReadOnlyList<SloStatus> statuses)
    {
        var table = Output.Table("CLIENT", "SLO MS", "TARGET", "WINDOW", "REQUESTS", "ATTAINMENT", "BUDGET LEFT", "BURN RATES", "ALERTS", "P50 MS", "P99 MS");
        foreach (var status in statuses)
        {
            table.AddRow(
                new Text(status.Client),
                new Text(Number(status.Slo.LatencyMs)),
                new Text(Percent(status.Slo.Target)),
                new Text(WindowName.Of(status.WindowSeconds)),
                new Text(Count(status.Requests)),
                new Text(Percent(status.Attainment)),
                Budget(status),
                new Text(BurnRates(status)),
                Alerts(status),
                new Text(Milliseconds(status.Latency?.P50Ms)),
                new Text(Milliseconds(status.Latency?.P99Ms)));
        }

        return table;
    }

    /// <summary>All there is to tell of one.</summary>
    public static void WriteDetails(IAnsiConsole console, SloStatus status)
    {
        console.Write(Output.Facts(
            ("Client", status.Client),
            ("Objective", $"{Percent(status.Slo.Target)} within {Number(status.Slo.LatencyMs)} ms over {WindowName.Of(status.WindowSeconds)}"),
            ("Since", status.Since?.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
            ("Requests", $"{Count(status.Requests)}, of them bad {Count(status.Requests - status.Good)}"),
            ("Attainment", Percent(status.Attainment)),
            ("Budget left", Percent(status.BudgetLeft)),
            ("Latency", status.Latency is { } latency
                ? $"p50 {Milliseconds(latency.P50Ms)} ms, p95 {Milliseconds(latency.P95Ms)} ms, p99 {Milliseconds(latency.P99Ms)} ms"
                : None),
            ("Selectors", status.Selectors.Count > 0 ? string.Join(", ", status.Selectors) : "none has reported yet")));
        if (status.BurnRates.Count > 0)
        {
            console.WriteLine();
            var windows = Output.Table("WINDOW", "REQUESTS", "ATTAINMENT", "BURN RATE");
            foreach (var rate in status.BurnRates)
            {
                windows.AddTexts(WindowName.Of(rate.Seconds), Count(rate.Requests), Percent(rate.Attainment), Rate(rate.BurnRate));
            }

            console.Write(windows);
        }

        if (status.Alerts.Count > 0)
        {
            console.WriteLine();
            var alerts = Output.Table("ALERT", "BURN RATE FROM", "REQUESTS FROM", "STATE");
            foreach (var alert in status.Alerts)
            {
                alerts.AddRow(
                    new Text(Name(alert)),
                    new Text(Rate(alert.BurnRate)),
                    new Text(Count(alert.MinRequests)),
                    alert.Firing ? new Text("firing", Alarm) : new Text("quiet"));
            }

            console.Write(alerts);
        }
    }

    private static Text Budget(SloStatus status) =>
        status.BudgetLeft < 0 ? new Text(Percent(status.BudgetLeft), Alarm) : new Text(Percent(status.BudgetLeft));

    private static Text Alerts(SloStatus status)
    {
        var firing = string.Join(' ', status.Alerts.Where(alert => alert.Firing).Select(Name));
        return firing.Length > 0 ? new Text(firing, Alarm) : new Text(None);
    }

    // Those of the long windows: they are what the alerts are named by.
    private static string BurnRates(SloStatus status) => string.Join(", ", status.Alerts
        .Select(alert => status.BurnRates.FirstOrDefault(rate => rate.Seconds == alert.LongSeconds))
        .OfType<SloBurnRate>()
        .Select(rate => $"{WindowName.Of(rate.Seconds)} {Rate(rate.BurnRate)}"));

    private static string Name(SloAlert alert) => $"{WindowName.Of(alert.LongSeconds)}/{WindowName.Of(alert.ShortSeconds)}";

    private static string Percent(double? share) => share?.ToString("0.0##%", CultureInfo.InvariantCulture) ?? None;

    private static string Rate(double rate) => rate.ToString("0.0#", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(double? ms) => ms switch
    {
        null => None,
        < 100 => ms.Value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => ms.Value.ToString("0", CultureInfo.InvariantCulture),
    };
}
