using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace MuLambda.Selector;

/// <summary>What is known of the time outside, of each client that has asked; forgotten with the client.</summary>
internal sealed class ClientOutsides
{
    private readonly ConcurrentDictionary<string, ClientOutside> _known = new(StringComparer.Ordinal);
    private readonly Func<string, ClientOutside> _create;

    public ClientOutsides(CatalogFollower catalog, IOptions<BatchingOptions> options, TimeProvider time)
    {
        _create = _ => new ClientOutside(options.Value.Probability, time);
        catalog.SnapshotChanged += () =>
        {
            foreach (var (client, _) in _known)
            {
                if (!catalog.Clients.ContainsKey(client))
                {
                    _known.TryRemove(client, out _);
                }
            }
        };
    }

    /// <summary>What is known of a client of the catalog.</summary>
    public ClientOutside Of(string client) => _known.GetOrAdd(client, _create);
}
