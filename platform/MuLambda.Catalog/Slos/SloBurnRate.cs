namespace MuLambda.Catalog;

/// <summary>How fast a window spends the error budget.</summary>
/// <param name="Seconds">How long the window is.</param>
/// <param name="Requests">The requests in it.</param>
/// <param name="Attainment">The share that was answered within the objective's time; null while there was no request.</param>
/// <param name="BurnRate">The share that was not, in budgets: 1 uses the whole budget up in just the objective's window.</param>
public sealed record SloBurnRate(double Seconds, long Requests, double? Attainment, double BurnRate);
