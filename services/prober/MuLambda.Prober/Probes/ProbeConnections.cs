using System.Net;
using Microsoft.Extensions.Options;
using MuLambda.Prober.Options;
using MuLambda.Timing;

namespace MuLambda.Prober.Probes;

/// <summary>Makes the connections that round trips are measured over, to allowed addresses only.</summary>
internal sealed class ProbeConnections
{
    /// <summary>An idle connection outlives the longest pause between two probes.</summary>
    private static readonly TimeSpan IdleMargin = TimeSpan.FromSeconds(30);

    private readonly ProberOptions _options;
    private readonly ProbeConnector _connector;
    private readonly TimeProvider _time;
    private readonly Func<CancellationToken, Task>? _leave;

    public ProbeConnections(IOptions<ProberOptions> options, TimeProvider time, PreciseTimer timer)
        : this(options.Value, time, Dns.GetHostAddressesAsync, Leave(TimeSpan.FromMilliseconds(options.Value.ProbeDelayMs), timer))
    {
    }

    internal ProbeConnections(
        ProberOptions options,
        TimeProvider time,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        Func<CancellationToken, Task>? leave = null)
    {
        _options = options;
        _connector = new ProbeConnector(new AllowedTargets(options.Allow), resolve);
        _time = time;
        _leave = leave;
    }

    /// <summary>A connection to a probe endpoint; null where it cannot be probed at all.</summary>
    public ProbeConnection? TryCreate(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            ? new ProbeConnection(
                uri,
                _connector,
                TimeSpan.FromSeconds(_options.ProbeTimeoutSeconds),
                ProbePace.MaxPause(_options) + IdleMargin,
                _time,
                _leave)
            : null;

    private static Func<CancellationToken, Task>? Leave(TimeSpan delay, PreciseTimer timer) =>
        delay > TimeSpan.Zero ? cancellationToken => timer.DelayAsync(delay, cancellationToken) : null;
}
