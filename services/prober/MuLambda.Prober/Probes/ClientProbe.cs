using MuLambda.Catalog;

namespace MuLambda.Prober.Probes;

/// <summary>What is known of the round trip to one client.</summary>
/// <param name="client">The client's id.</param>
/// <param name="endpoint">Its probe endpoint as registered.</param>
/// <param name="window">How many samples are kept.</param>
/// <param name="connection">The connection; null where the endpoint cannot be probed at all.</param>
internal sealed class ClientProbe(string client, string endpoint, int window, ProbeConnection? connection) : IDisposable
{
    private readonly LatencyWindow _window = new(window);
    private volatile ProbeResult? _last;
    private volatile int _failures;
    private volatile bool _removed;
    private volatile LatencyReport? _reported;

    public string Client => client;

    public string Endpoint => endpoint;

    /// <summary>The probes in a row without an answer.</summary>
    public int Failures => _failures;

    /// <summary>Whether the client is gone, or has another endpoint now.</summary>
    public bool Removed
    {
        get => _removed;
        set => _removed = value;
    }

    /// <summary>The last report the registry took; null for none.</summary>
    public LatencyReport? Reported
    {
        get => _reported;
        set => _reported = value;
    }

    /// <summary>Probes once and keeps the result.</summary>
    public async Task<ProbeResult> ProbeAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var result = connection is null
            ? new ProbeResult.Refused($"'{endpoint}' is not an http or https URL without user information.")
            : await connection.ProbeAsync(cancellationToken);
        var roundTrip = result switch
        {
            ProbeResult.Answered answered => answered.RoundTrip,
            ProbeResult.TimedOut timedOut => timedOut.Timeout,
            _ => (TimeSpan?)null,
        };
        if (roundTrip is { } measured)
        {
            _window.Add(measured.TotalMilliseconds, time.GetUtcNow());
        }

        _failures = result is ProbeResult.Answered ? 0 : _failures + 1;
        _last = result;
        return result;
    }

    /// <summary>The report of the figures as they are now; null before the first round trip.</summary>
    public LatencyReport? ToReport(string node) => _window.Summarise() is { } window
        ? new LatencyReport(
            node, client, window.Summary.MedianMs, window.Summary.TailMs, window.Summary.Samples, window.MeasuredAt)
        : null;

    public ProbeStatus ToStatus()
    {
        var summary = _window.Summarise()?.Summary;
        return new ProbeStatus(
            client,
            endpoint,
            summary?.MedianMs,
            summary?.TailMs,
            summary?.Samples ?? 0,
            _failures,
            _last is ProbeResult.Refused,
            _last switch
            {
                ProbeResult.Refused refused => refused.Reason,
                ProbeResult.Failed failed => failed.Reason,
                ProbeResult.TimedOut timedOut => $"It did not answer within {timedOut.Timeout.TotalSeconds:0.##} s.",
                _ => null,
            });
    }

    public void Dispose() => connection?.Dispose();
}
