namespace MuLambda.Simulation.Batching;

/// <summary>
/// What requests take outside of the queue and the executor: sockets and threads on the way in and out, and the client's own. Half of it lies before the queue and
/// half after the answer, each with a scatter of its own. It grows with the share of the executor that is taken, as where both share processors.
/// </summary>
/// <param name="IdleMs">The mean of both ways together while the executor is idle, in milliseconds.</param>
/// <param name="SaturatedMs">The same while all of it is taken.</param>
/// <param name="Sigma">The standard deviation of the logarithm of each way's scatter.</param>
/// <param name="Reported">The share of it that is measured, and told to the queue when a request has been answered.</param>
public sealed record OutsideDelay(double IdleMs, double SaturatedMs, double Sigma = 0.5, double Reported = 0)
{
    // By how old a share of the executor's time counts half.
    private const double HalfLifeMs = 100;

    /// <summary>Usual shares of an objective: a twentieth of it while the executor is idle, a quarter while all of it is taken.</summary>
    /// <param name="sloMs">The objective, in milliseconds.</param>
    public static OutsideDelay Of(double sloMs) => new(0.05 * sloMs, 0.25 * sloMs);

    /// <summary>One way of a request.</summary>
    /// <param name="utilization">The share of the executor that is taken.</param>
    /// <param name="normal">A number of the standard normal distribution.</param>
    /// <returns>Milliseconds.</returns>
    internal double WayMs(double utilization, double normal) =>
        (IdleMs + ((SaturatedMs - IdleMs) * utilization)) / 2 * Math.Exp((Sigma * normal) - (Sigma * Sigma / 2));

    /// <summary>The share that is taken, as a mean of what was lately.</summary>
    /// <param name="mean">The mean before.</param>
    /// <param name="taken">The share since then.</param>
    /// <param name="forMs">For how long.</param>
    internal static double Utilization(double mean, double taken, double forMs) => taken + ((mean - taken) * Math.Pow(0.5, forMs / HalfLifeMs));
}
