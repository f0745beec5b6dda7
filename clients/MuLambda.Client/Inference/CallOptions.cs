namespace MuLambda.Client;

/// <summary>The limits of a call to the selector.</summary>
/// <param name="Timeout">How long a call may take with all its retries; 10 s where null.</param>
/// <param name="MaxAttempts">How often a call is sent at most; the waits between attempts double from 100 ms to 2 s, or are
/// what the selector asks for with <c>Retry-After</c>.</param>
/// <param name="MaxAnswerBytes">The largest answer that is read, in bytes.</param>
public sealed record CallOptions(TimeSpan? Timeout = null, int MaxAttempts = 8, long MaxAnswerBytes = 64 * 1024 * 1024)
{
    internal static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(10);

    internal static TimeSpan LongestTimeout { get; } = TimeSpan.FromHours(1);
}
