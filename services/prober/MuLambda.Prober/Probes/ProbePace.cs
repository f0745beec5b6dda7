using MuLambda.Prober.Options;

namespace MuLambda.Prober.Probes;

/// <summary>When a client is probed next. Clients are spread over the interval, and one that does not answer is asked less.</summary>
internal static class ProbePace
{
    /// <summary>New clients are taken up at this distance, so that a thousand do not start at once.</summary>
    private static readonly TimeSpan Newcomer = TimeSpan.FromMilliseconds(10);

    private const int MaxSlowdown = 8;
    private const double Jitter = 0.1;

    /// <summary>The wait before a new client's first probe.</summary>
    /// <param name="options">The interval.</param>
    /// <param name="newcomers">The clients that are new together.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan First(ProberOptions options, int newcomers, double random)
    {
        var interval = TimeSpan.FromSeconds(options.ProbeSeconds);
        var spread = newcomers * Newcomer;
        return (spread < interval ? spread : interval) * random;
    }

    /// <summary>The wait between two probes of a client.</summary>
    /// <param name="options">The interval.</param>
    /// <param name="failures">Its probes in a row without an answer.</param>
    /// <param name="random">From 0 to 1: the wait is up to a tenth shorter or longer.</param>
    public static TimeSpan Next(ProberOptions options, int failures, double random)
    {
        var slowdown = failures <= 1 ? 1 : 1 << Math.Min(failures - 1, 3);
        return TimeSpan.FromSeconds(options.ProbeSeconds) * slowdown * (1 + (Jitter * ((2 * random) - 1)));
    }

    /// <summary>The longest wait between two probes of a client.</summary>
    public static TimeSpan MaxPause(ProberOptions options) =>
        TimeSpan.FromSeconds(options.ProbeSeconds) * MaxSlowdown * (1 + Jitter);
}
