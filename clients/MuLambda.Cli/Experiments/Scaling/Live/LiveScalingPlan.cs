using MuLambda.Load;
using MuLambda.Simulation;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>What is run on live processes: a model that goes from zero over a ramp and a spike to zero again.</summary>
/// <param name="Policy">The scaling policy, with its defaults.</param>
/// <param name="Seconds">How long requests come; the shape stretches with it.</param>
/// <param name="Seed">Decides when they come.</param>
internal sealed record LiveScalingPlan(string Policy, double Seconds, long Seed)
{
    /// <summary>How long requests come where nothing is said, in seconds.</summary>
    public const double DefaultSeconds = 90;

    /// <summary>The seed where nothing is said.</summary>
    public const long DefaultSeed = 1;

    /// <summary>The most replicas.</summary>
    public const int Max = 4;

    /// <summary>The objective: an answer within so many milliseconds.</summary>
    public const double SloMs = 300;

    /// <summary>The share of requests that is to be answered so.</summary>
    public const double Target = 0.99;

    /// <summary>How long the last replica stays without a request, in seconds.</summary>
    public const double KeepWarmSeconds = 10;

    /// <summary>The first requests, a second.</summary>
    public const double Few = 2;

    /// <summary>Requests a second after the ramp.</summary>
    public const double Plateau = 30;

    /// <summary>Requests a second in the spike.</summary>
    public const double Spike = 150;

    /// <summary>What a batch takes whatever its size, in milliseconds.</summary>
    public const double BatchMs = 30;

    /// <summary>What each example adds, in milliseconds.</summary>
    public const double ExampleMs = 12;

    /// <summary>How much longer chance makes a batch at most, in milliseconds.</summary>
    public const double JitterMs = 4;

    // A request may take as long as a selector lets one that waits for a first replica.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>How long is waited for the last replica to go when no more requests come.</summary>
    public TimeSpan UntilZero { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The command that runs it, without what is the default.</summary>
    public string Command => "mulambda experiment scaling-live"
        + (Policy == Catalog.Deployment.DefaultPolicy ? "" : $" --policy {Policy}")
        + (Seconds == DefaultSeconds ? "" : Words.Of($" --seconds {Seconds}"))
        + (Seed == DefaultSeed ? "" : Words.Of($" --seed {Seed}"));

    /// <summary>The rate: idle, some requests, a ramp, a plateau, a spike of five times its rate, the plateau again, idle.</summary>
    public PiecewiseArrivals Arrivals
    {
        get
        {
            return new PiecewiseArrivals(
            [
                At(0, 0), At(5, 0), At(5, Few), At(15, Few), At(50, Plateau), At(65, Plateau), At(65, Spike), At(75, Spike), At(75, Plateau), At(90, Plateau), At(90, 0),
            ]);

            RatePoint At(double second, double perSecond) => new(second * 1000 * Seconds / DefaultSeconds, perSecond);
        }
    }

    /// <summary>The load in an open loop.</summary>
    public LoadPlan Load => new()
    {
        Arrivals = Arrivals,
        Duration = TimeSpan.FromSeconds(Seconds),
        Timeout = Timeout,
        SloMs = SloMs,
        Seed = Seed,
    };
}
