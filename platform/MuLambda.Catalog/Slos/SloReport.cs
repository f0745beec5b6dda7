namespace MuLambda.Catalog;

/// <summary>What one selector saw of a client's objective. Reports of several selectors add up.</summary>
/// <param name="Selector">The selector.</param>
/// <param name="Client">The client.</param>
/// <param name="Slo">The objective that was counted for.</param>
/// <param name="Since">When the selector began to count: a window that began earlier holds what came after it only.</param>
/// <param name="Window">The objective's own window, in the time that the selector's windows are scaled to.</param>
/// <param name="AlertWindows">The windows of the alerts, each once, from the shortest on.</param>
/// <param name="Alerts">The alerts, the fastest first, as they stand for this selector alone.</param>
/// <param name="Latencies">How long answers took lately.</param>
/// <param name="ReportedAt">When the registry took the report; the registry says it.</param>
public sealed record SloReport(
    string Selector,
    string Client,
    Slo Slo,
    DateTimeOffset Since,
    SloWindow Window,
    IReadOnlyList<SloWindow> AlertWindows,
    IReadOnlyList<SloAlert> Alerts,
    LatencyCounts Latencies,
    DateTimeOffset? ReportedAt = null);
