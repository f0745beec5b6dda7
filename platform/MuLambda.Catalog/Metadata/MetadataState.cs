using System.Collections.Immutable;

namespace MuLambda.Catalog.Metadata;

/// <summary>All entries at one revision; immutable, so that readers need no lock and a failed write leaves no trace.</summary>
internal sealed record MetadataState
{
    private static readonly ImmutableSortedDictionary<string, StoreEntry> NoEntries =
        ImmutableSortedDictionary.Create<string, StoreEntry>(StringComparer.Ordinal);

    public static MetadataState Empty { get; } = new();

    public long Revision { get; init; }

    private ImmutableDictionary<CatalogKind, ImmutableSortedDictionary<string, StoreEntry>> Kinds { get; init; } =
        ImmutableDictionary<CatalogKind, ImmutableSortedDictionary<string, StoreEntry>>.Empty;

    private ImmutableDictionary<StoreKey, ImmutableHashSet<StoreKey>> Owned { get; init; } =
        ImmutableDictionary<StoreKey, ImmutableHashSet<StoreKey>>.Empty;

    public StoreEntry? Find(StoreKey key) => List(key.Kind).GetValueOrDefault(key.Id);

    public ImmutableSortedDictionary<string, StoreEntry> List(CatalogKind kind) =>
        Kinds.GetValueOrDefault(kind, NoEntries);

    public IEnumerable<StoreEntry> All() => Enum.GetValues<CatalogKind>().SelectMany(kind => List(kind).Values);

    public IEnumerable<StoreKey> OwnedBy(StoreKey owner) => Owned.GetValueOrDefault(owner, []);

    /// <summary>The state with an entry put; the revision grows to the entry's where that is larger.</summary>
    public MetadataState With(StoreEntry entry)
    {
        var owned = Disown(Find(entry.Key));
        if (entry.Owner is { } owner)
        {
            owned = owned.SetItem(owner, owned.GetValueOrDefault(owner, []).Add(entry.Key));
        }

        return this with
        {
            Revision = Math.Max(Revision, entry.Revision),
            Kinds = Kinds.SetItem(entry.Key.Kind, List(entry.Key.Kind).SetItem(entry.Key.Id, entry)),
            Owned = owned,
        };
    }

    public MetadataState Without(StoreKey key, long revision) => this with
    {
        Revision = revision,
        Kinds = Kinds.SetItem(key.Kind, List(key.Kind).Remove(key.Id)),
        Owned = Disown(Find(key)),
    };

    private ImmutableDictionary<StoreKey, ImmutableHashSet<StoreKey>> Disown(StoreEntry? entry)
    {
        if (entry?.Owner is not { } owner || !Owned.TryGetValue(owner, out var keys))
        {
            return Owned;
        }

        keys = keys.Remove(entry.Key);
        return keys.IsEmpty ? Owned.Remove(owner) : Owned.SetItem(owner, keys);
    }
}
