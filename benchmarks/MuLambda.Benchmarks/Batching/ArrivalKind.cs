using MuLambda.Simulation;

namespace MuLambda.Benchmarks.Batching;

/// <summary>How requests come.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Title">What tables call it.</param>
/// <param name="PeriodSeconds">Runs last whole periods; 0 for any length.</param>
/// <param name="Create">The arrivals of so many a second in the mean.</param>
internal sealed record ArrivalKind(string Name, string Title, double PeriodSeconds, Func<double, ArrivalProcess> Create)
{
    private const double BurstSeconds = 2;
    private const double BurstPeriodSeconds = 10;
    private const double BurstFactor = 5;

    public static IReadOnlyList<ArrivalKind> All { get; } =
    [
        new("poisson", "Poisson", 0, rate => new PoissonArrivals(rate)),
        new(
            "bursts", "bursts, 5 times as many for 2 s every 10 s", BurstPeriodSeconds,
            rate => new PeriodicBurstArrivals(rate, BurstFactor, BurstSeconds * 1000, BurstPeriodSeconds * 1000)),
    ];

    /// <summary>How long is measured after a warm-up: as long as asked, or on to the end of a period.</summary>
    public TimeSpan Measured(TimeSpan warmUp, TimeSpan asked)
    {
        if (PeriodSeconds == 0)
        {
            return asked;
        }

        var periods = Math.Ceiling((warmUp + asked).TotalSeconds / PeriodSeconds);
        return TimeSpan.FromSeconds(periods * PeriodSeconds) - warmUp;
    }
}
