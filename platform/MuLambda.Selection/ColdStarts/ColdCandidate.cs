using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// A deployment's model version that no executor is ready to serve: what a request can wait for. Immutable; what is learned of the model is not.
/// </summary>
public sealed class ColdCandidate
{
    // A start that takes longer than expected is taken to need so much of what it took, again and again: it does not look as good as done.
    private const double OverdueShare = 0.1;

    // For how long nobody waits for it who could go elsewhere, once somebody did in vain: it may be that nobody starts anything.
    private const double InVainMs = 60_000;

    internal ColdCandidate(
        Deployment deployment, Model model, ModelTrack track, double coldStartMs, double startedMs, string? failure, bool isLost = false)
    {
        Deployment = deployment;
        Model = model;
        Track = track;
        ColdStartMs = coldStartMs;
        StartedMs = startedMs;
        Failure = failure;
        IsLost = isLost;
    }

    /// <summary>The deployment.</summary>
    public Deployment Deployment { get; }

    /// <summary>The version it would serve: its own, or the newest that is registered.</summary>
    public Model Model { get; }

    /// <summary>What was learned of the model while it was served.</summary>
    public ModelTrack Track { get; }

    /// <summary>What a start is expected to take as a whole, in milliseconds.</summary>
    public double ColdStartMs { get; }

    /// <summary>Whether a replica is starting.</summary>
    public bool IsStarting => !double.IsNaN(StartedMs);

    /// <summary>Which executor failed last, launched for it or not, and why; null where none did, or where another replica is starting.</summary>
    public string? Failure { get; }

    /// <summary>Whether executors were ready to serve it and failed a moment ago, so that the catalog does not say so yet. They may be back before others have started.</summary>
    public bool IsLost { get; }

    /// <summary>When the start began that is furthest, by the selector's clock, in milliseconds; NaN where none did.</summary>
    internal double StartedMs { get; }

    /// <summary>How long a request that came now would wait for the first replica.</summary>
    /// <param name="time">The clock that selections go by.</param>
    /// <returns>The estimate.</returns>
    public TimeSpan Remaining(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return TimeSpan.FromMilliseconds(RemainingMs(time.GetTimestamp() * (1000.0 / time.TimestampFrequency)));
    }

    /// <summary>A request waited for it in vain that then went elsewhere. For a minute others that can do so do not wait, unless a replica is starting.</summary>
    /// <param name="time">The clock that selections go by.</param>
    public void WaitedForInVain(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        Track.WaitForAgainMs = (time.GetTimestamp() * (1000.0 / time.TimestampFrequency)) + InVainMs;
    }

    /// <summary>How long a request would wait for the first replica.</summary>
    /// <param name="nowMs">The time, in milliseconds of the selector's clock.</param>
    /// <returns>Milliseconds: what a start takes, less what has passed of one that is under way.</returns>
    internal double RemainingMs(double nowMs)
    {
        if (!IsStarting)
        {
            return ColdStartMs;
        }

        var elapsedMs = Math.Max(0, nowMs - StartedMs);
        return Math.Max(ColdStartMs - elapsedMs, OverdueShare * elapsedMs);
    }
}
