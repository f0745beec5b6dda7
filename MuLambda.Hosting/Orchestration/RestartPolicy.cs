namespace MuLambda.Hosting.Orchestration;

/// <summary>
/// Decides what becomes of a program that has ended. What serves (it has endpoints or a health check) is
/// started again, after pauses that double; it fails only if it ends several times without ever having become healthy.
/// A task has finished with exit code 0, and is tried a few times otherwise.
/// </summary>
internal sealed class RestartPolicy(bool serves)
{
    /// <summary>How often a program that never became healthy, or a task, is tried.</summary>
    public const int MaxAttempts = 5;

    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    /// <summary>After how long of being healthy earlier failures are forgotten.</summary>
    public static readonly TimeSpan Forgiven = TimeSpan.FromSeconds(30);

    private int _failures;
    private bool _everHealthy;

    /// <summary>What to do now.</summary>
    /// <param name="exitCode">What the program exited with.</param>
    /// <param name="healthyFor">How long it had been healthy; null if it never was.</param>
    public RestartDecision Ended(int exitCode, TimeSpan? healthyFor)
    {
        if (!serves && exitCode == 0)
        {
            return RestartDecision.Finished;
        }

        _everHealthy |= serves && healthyFor is not null;
        if (healthyFor >= Forgiven)
        {
            _failures = 0;
        }

        _failures++;
        return !_everHealthy && _failures >= MaxAttempts
            ? RestartDecision.GiveUp
            : RestartDecision.RestartAfter(Delay(_failures));
    }

    private static TimeSpan Delay(int failures)
    {
        var delay = FirstDelay * Math.Pow(2, Math.Min(failures - 1, 20));
        return delay < MaxDelay ? delay : MaxDelay;
    }
}
