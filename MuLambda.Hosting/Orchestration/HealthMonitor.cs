using MuLambda.Hosting.ApplicationModel;

namespace MuLambda.Hosting.Orchestration;

/// <summary>Asks a replica's health endpoints: often until it is healthy, seldom afterwards.</summary>
internal sealed class HealthMonitor(TimeProvider time) : IDisposable
{
    /// <summary>How long a replica may take to become healthy before it is ended and started again.</summary>
    public static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(3);

    private const int FailuresUntilUnhealthy = 3;
    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SuspectInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(5);

    // Health is asked of this machine only: no proxy, no redirect.
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        Timeout = AnswerDeadline,
    };

    /// <summary>Tells each change of health until cancelled.</summary>
    /// <param name="checks">All must pass.</param>
    /// <param name="replica">Which replica is asked.</param>
    /// <param name="changed">Told whether it is healthy now.</param>
    /// <param name="late">Told when it did not become healthy in time.</param>
    /// <param name="cancellationToken">Ends it, without an error.</param>
    public async Task MonitorAsync(
        IReadOnlyList<HttpHealthCheckAnnotation> checks, int replica, Action<bool> changed, Action late, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var ever = false;
        var healthy = false;
        var failures = 0;
        try
        {
            while (true)
            {
                var passes = await PassAsync(checks, replica, cancellationToken);
                failures = passes ? 0 : failures + 1;
                if (passes != healthy && (passes || failures >= FailuresUntilUnhealthy))
                {
                    ever |= passes;
                    healthy = passes;
                    changed(healthy);
                }

                if (!ever && time.GetElapsedTime(since) > StartDeadline)
                {
                    late();
                    return;
                }

                await Task.Delay(!ever ? StartInterval : passes ? Interval : SuspectInterval, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The replica has ended or the application stops.
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<bool> PassAsync(IReadOnlyList<HttpHealthCheckAnnotation> checks, int replica, CancellationToken cancellationToken)
    {
        foreach (var check in checks)
        {
            try
            {
                var url = new Uri(new Uri(check.Endpoint().At(replica).UriString), check.Path);
                using var answer = await _client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if ((int)answer.StatusCode != check.StatusCode)
                {
                    return false;
                }
            }
            catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return false;
            }
        }

        return true;
    }
}
