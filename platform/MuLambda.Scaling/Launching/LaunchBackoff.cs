namespace MuLambda.Scaling;

/// <summary>
/// How long a deployment waits after launches that failed: exponential back-off with equal jitter (half of the wait is certain, the other half chance), so
/// that what failed together is not tried together. Not for concurrent use.
/// </summary>
/// <param name="first">The longest wait after the first failure; it doubles with every further one.</param>
/// <param name="longest">The longest wait.</param>
/// <param name="random">Draws the jitter.</param>
public sealed class LaunchBackoff(TimeSpan first, TimeSpan longest, Random random)
{
    /// <summary>The failures in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>Not before this time another launch is tried.</summary>
    public DateTimeOffset NotBefore { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Why the last one failed; null where none did since it last succeeded.</summary>
    public string? Reason { get; private set; }

    /// <summary>A launch failed, or what was launched ended.</summary>
    /// <param name="now">When.</param>
    /// <param name="reason">Why.</param>
    public void Failed(DateTimeOffset now, string reason)
    {
        Failures++;
        Reason = reason;
        var bound = Math.Min(longest.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(Failures - 1, 30)));
        NotBefore = now + TimeSpan.FromMilliseconds(bound / 2 * (1 + random.NextDouble()));
    }

    /// <summary>One has served for so long that earlier failures are forgotten.</summary>
    public void Succeeded() => (Failures, Reason, NotBefore) = (0, null, DateTimeOffset.MinValue);
}
