using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Prober.Options;

namespace MuLambda.Prober.Coordinates;

/// <summary>Keeps <see cref="ClientShare"/> up to date, working it out only when it may have changed. For one caller.</summary>
internal sealed class ClientChooser(IOptions<ProberOptions> options, TimeProvider time)
{
    /// <summary>Where clients lie changes slowly, and looking takes a while where there are many.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly ProberOptions _options = options.Value;
    private CatalogSnapshot? _seen;
    private FrozenSet<string>? _drawn;
    private FrozenSet<string> _near = [];
    private FrozenSet<string>? _chosen;
    private long _looked;

    /// <summary>The clients to measure: null for all; the same object as long as nothing changed.</summary>
    /// <param name="catalog">The catalog as it is now.</param>
    public IReadOnlySet<string>? Choose(CatalogSnapshot catalog)
    {
        var moved = _seen is null
            || !ReferenceEquals(_seen.Clients, catalog.Clients)
            || !SameNodes(_seen.Nodes, catalog.Nodes);
        if (moved)
        {
            _drawn = ClientShare.Drawn(catalog, _options);
        }

        var due = _drawn is not null && (_seen is null || time.GetElapsedTime(_looked) >= LookEvery);
        if (due)
        {
            _looked = time.GetTimestamp();
            _near = ClientShare.Near(catalog, _options, _near);
        }

        if (moved || due)
        {
            var chosen = _drawn?.Union(_near).ToFrozenSet(StringComparer.Ordinal);
            _chosen = chosen is not null && _chosen?.SetEquals(chosen) is true ? _chosen : chosen;
            _seen = catalog;
        }

        return _chosen;
    }

    // Coordinates move often; who is there does not.
    private static bool SameNodes(
        ImmutableDictionary<string, Node> before, ImmutableDictionary<string, Node> now) =>
        ReferenceEquals(before, now) || (before.Count == now.Count && now.Keys.All(before.ContainsKey));
}
