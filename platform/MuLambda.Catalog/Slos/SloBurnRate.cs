namespace MuLambda.Catalog;

/// <summary>How fast a window spends the error budget.</summary>
/// <param name="Seconds">How long the window is.</param>
/// <param name="Requests">The requests in it.</param>
/// <param name="BurnRate">The share of bad ones, in budgets: 1 uses the whole budget up in just the objective's window.</param>
/// <param name="Attainment">The share of good ones; null while there was no request.</param>
public sealed record SloBurnRate(double Seconds, long Requests, double BurnRate, double? Attainment = null);
