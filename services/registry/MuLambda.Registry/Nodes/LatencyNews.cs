using MuLambda.Catalog;

namespace MuLambda.Registry.Nodes;

/// <summary>Decides whether a report says enough that is new to be written and sent to every watcher.</summary>
internal static class LatencyNews
{
    /// <summary>A report this much later is news whatever it says.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a report stands. A node that still measures says so every few minutes at most; one that leaves a client to others, or
    /// is gone, would otherwise have said something that is never taken back.
    /// </summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>The share by which a figure must differ.</summary>
    public const double Share = 0.02;

    /// <summary>A difference below it, in milliseconds, changes no decision.</summary>
    public const double FloorMs = 0.01;

    public static bool IsNews(LatencyReport known, LatencyReport report) =>
        report.MeasuredAt - known.MeasuredAt >= Age
        || Differs(known.MedianMs, report.MedianMs)
        || Differs(known.TailMs, report.TailMs);

    private static bool Differs(double known, double figure) =>
        Math.Abs(figure - known) > Math.Max(FloorMs, Share * Math.Max(known, figure));
}
