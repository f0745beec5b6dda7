using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Prober.Options;
using MuLambda.ServiceDefaults.Timing;

namespace MuLambda.Prober.Probes;

/// <summary>The clients that are probed: those of the catalog that name a probe endpoint.</summary>
internal sealed class ProbeTable : IDisposable
{
    /// <summary>An idle connection outlives the longest pause between two probes of a client.</summary>
    private static readonly TimeSpan IdleMargin = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, ClientProbe> _probes = new(StringComparer.Ordinal);
    private readonly ProberOptions _options;
    private readonly ProbeConnector _connector;
    private readonly TimeProvider _time;
    private readonly Func<CancellationToken, Task>? _leave;
    private CatalogSnapshot? _seen;

    public ProbeTable(IOptions<ProberOptions> options, TimeProvider time, PreciseTimer timer)
        : this(options.Value, time, Dns.GetHostAddressesAsync, Leave(TimeSpan.FromMilliseconds(options.Value.ProbeDelayMs), timer))
    {
    }

    internal ProbeTable(
        ProberOptions options,
        TimeProvider time,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        Func<CancellationToken, Task>? leave = null)
    {
        _leave = leave;
        _options = options;
        _time = time;
        _connector = new ProbeConnector(new AllowedTargets(options.Allow), resolve);
    }

    /// <summary>The clients probed now.</summary>
    public IEnumerable<ClientProbe> Probes => _probes.Values;

    /// <summary>The number of clients probed now.</summary>
    public int Count => _probes.Count;

    /// <summary>Follows the catalog. For one caller.</summary>
    /// <param name="catalog">The catalog as it is now.</param>
    /// <returns>The clients that are new here, or whose endpoint is.</returns>
    public IReadOnlyList<ClientProbe> Follow(CatalogSnapshot catalog)
    {
        // The dictionary is the same object as long as no client changed, whatever else did.
        if (ReferenceEquals(catalog.Clients, _seen?.Clients))
        {
            return [];
        }

        _seen = catalog;
        foreach (var (id, probe) in _probes)
        {
            if (catalog.Clients.GetValueOrDefault(id)?.ProbeEndpoint != probe.Endpoint)
            {
                // Whoever probes it now is not interrupted; the scheduler disposes of it afterwards.
                probe.Removed = true;
                _probes.TryRemove(id, out _);
            }
        }

        var added = new List<ClientProbe>();
        foreach (var (id, client) in catalog.Clients)
        {
            if (client.ProbeEndpoint is { } endpoint && !_probes.ContainsKey(id))
            {
                var probe = Create(id, endpoint);
                _probes[id] = probe;
                added.Add(probe);
            }
        }

        return added;
    }

    public void Dispose()
    {
        foreach (var probe in _probes.Values)
        {
            probe.Dispose();
        }
    }

    private static Func<CancellationToken, Task>? Leave(TimeSpan delay, PreciseTimer timer) =>
        delay > TimeSpan.Zero ? cancellationToken => timer.DelayAsync(delay, cancellationToken) : null;

    private ClientProbe Create(string id, string endpoint)
    {
        var connection = Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri.UserInfo.Length == 0
                ? new ProbeConnection(
                    uri,
                    _connector,
                    TimeSpan.FromSeconds(_options.ProbeTimeoutSeconds),
                    ProbePace.MaxPause(_options) + IdleMargin,
                    _time,
                    _leave)
                : null;
        return new ClientProbe(id, endpoint, _options.ProbeWindow, connection);
    }
}
