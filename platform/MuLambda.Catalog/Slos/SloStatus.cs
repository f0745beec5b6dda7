namespace MuLambda.Catalog;

/// <summary>How a client's objective stands, over all selectors that answered the client.</summary>
/// <param name="Client">The client.</param>
/// <param name="Slo">Its objective.</param>
/// <param name="WindowSeconds">The window in the time that windows are scaled to; the objective's own where they are not.</param>
/// <param name="Requests">The requests of the window.</param>
/// <param name="Good">Those that were answered within the objective's time.</param>
/// <param name="BudgetLeft">The share of the error budget that is left: 1 for all of it, below 0 where more than all is spent.</param>
/// <param name="BurnRates">How fast each window of an alert spends the budget.</param>
/// <param name="Alerts">The alerts, the fastest first.</param>
/// <param name="Selectors">The selectors whose reports are in it.</param>
/// <param name="Attainment">The share of good requests; null while there was no request.</param>
/// <param name="Latency">How long answers took lately; null while there was none.</param>
/// <param name="Since">The start of what was counted; null where nothing was.</param>
public sealed record SloStatus(
    string Client,
    Slo Slo,
    double WindowSeconds,
    long Requests,
    long Good,
    double BudgetLeft,
    IReadOnlyList<SloBurnRate> BurnRates,
    IReadOnlyList<SloAlert> Alerts,
    IReadOnlyList<string> Selectors,
    double? Attainment = null,
    SloLatency? Latency = null,
    DateTimeOffset? Since = null);
