using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Prober.Options;

namespace MuLambda.Prober.Probes;

/// <summary>The clients that are probed: those of the catalog that name a probe endpoint and are for this node to probe.</summary>
internal sealed class ProbeTable : IDisposable
{
    private readonly ConcurrentDictionary<string, ClientProbe> _probes = new(StringComparer.Ordinal);
    private readonly ProberOptions _options;
    private readonly ProbeConnections _connections;
    private CatalogSnapshot? _seen;
    private IReadOnlySet<string>? _only;

    public ProbeTable(IOptions<ProberOptions> options, ProbeConnections connections)
        : this(options.Value, connections)
    {
    }

    internal ProbeTable(ProberOptions options, ProbeConnections connections)
    {
        _options = options;
        _connections = connections;
    }

    internal ProbeTable(ProberOptions options, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
        : this(options, new ProbeConnections(options, time, resolve))
    {
    }

    /// <summary>The clients probed now.</summary>
    public IEnumerable<ClientProbe> Probes => _probes.Values;

    /// <summary>The number of clients probed now.</summary>
    public int Count => _probes.Count;

    /// <summary>Follows the catalog. For one caller.</summary>
    /// <param name="catalog">The catalog as it is now.</param>
    /// <param name="only">The clients that are for this node to probe; null for all.</param>
    /// <returns>The clients that are new here, or whose endpoint is.</returns>
    public IReadOnlyList<ClientProbe> Follow(CatalogSnapshot catalog, IReadOnlySet<string>? only = null)
    {
        // The dictionary is the same object as long as no client changed, whatever else did; so is the set.
        if (ReferenceEquals(catalog.Clients, _seen?.Clients) && ReferenceEquals(only, _only))
        {
            return [];
        }

        (_seen, _only) = (catalog, only);
        foreach (var (id, probe) in _probes)
        {
            if (catalog.Clients.GetValueOrDefault(id)?.ProbeEndpoint != probe.Endpoint || only?.Contains(id) is false)
            {
                // Whoever probes it now is not interrupted; the scheduler disposes of it afterwards.
                probe.Removed = true;
                _probes.TryRemove(id, out _);
            }
        }

        var added = new List<ClientProbe>();
        foreach (var (id, client) in catalog.Clients)
        {
            if (client.ProbeEndpoint is { } endpoint && only?.Contains(id) is not false && !_probes.ContainsKey(id))
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

    private ClientProbe Create(string id, string endpoint) =>
        new(id, endpoint, _options.ProbeWindow, _connections.TryCreate(endpoint));
}
