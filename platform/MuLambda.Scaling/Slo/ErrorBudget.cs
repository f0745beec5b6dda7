namespace MuLambda.Scaling;

/// <summary>The arithmetic of objectives. The error budget is the share of requests that may be bad: 1 less the target.</summary>
public static class ErrorBudget
{
    /// <summary>The share of requests that were good.</summary>
    /// <param name="good">The good ones.</param>
    /// <param name="total">All.</param>
    /// <returns>The share; null where there was none.</returns>
    public static double? Attainment(long good, long total) => total > 0 ? (double)good / total : null;

    /// <summary>How fast the budget is spent.</summary>
    /// <param name="good">The good requests of a window.</param>
    /// <param name="total">All of them.</param>
    /// <param name="target">The objective's target.</param>
    /// <returns>The share of bad ones in budgets; 0 where there was no request.</returns>
    public static double BurnRate(long good, long total, double target) =>
        total > 0 ? (double)(total - good) / total / (1 - target) : 0;

    /// <summary>What is left of the budget of a window.</summary>
    /// <param name="good">The good requests of the objective's window.</param>
    /// <param name="total">All of them.</param>
    /// <param name="target">The objective's target.</param>
    /// <returns>1 for all of it, below 0 where more than all is spent.</returns>
    public static double Left(long good, long total, double target) => 1 - BurnRate(good, total, target);

    /// <summary>Whether an alert fires.</summary>
    /// <param name="wasFiring">Whether it did before.</param>
    /// <param name="longBurn">The long window's burn rate.</param>
    /// <param name="shortBurn">The short window's.</param>
    /// <param name="requests">The requests of the long window.</param>
    /// <param name="threshold">The burn rate that both have to reach.</param>
    /// <param name="minRequests">The requests that the long window must have seen.</param>
    /// <returns>True where it begins or goes on to fire.</returns>
    public static bool IsFiring(
        bool wasFiring, double longBurn, double shortBurn, long requests, double threshold, long minRequests) =>
        shortBurn >= threshold && (wasFiring || (longBurn >= threshold && requests >= minRequests));
}
