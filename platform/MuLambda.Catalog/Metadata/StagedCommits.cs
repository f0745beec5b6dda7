namespace MuLambda.Catalog.Metadata;

/// <summary>Carries out commits on a state in memory and collects the changes that have to be written.</summary>
internal sealed class StagedCommits(MetadataState state)
{
    private readonly List<StoreChange> _changes = [];
    private readonly HashSet<StoreKey> _touched = [];

    public MetadataState State { get; private set; } = state;

    public IReadOnlyList<StoreChange> Changes => _changes;

    /// <summary>The entries that were put, changed or not: their leases begin anew.</summary>
    public IReadOnlyCollection<StoreKey> Touched => _touched;

    public StoreCommit Apply(IReadOnlyList<StoreOperation> operations)
    {
        foreach (var operation in operations)
        {
            if (operation.ExpectedRevision is { } expected && expected != (State.Find(operation.Key)?.Revision ?? 0))
            {
                return new StoreCommit([], operation.Key);
            }
        }

        var revisions = new long[operations.Count];
        for (var i = 0; i < revisions.Length; i++)
        {
            revisions[i] = operations[i] switch
            {
                StorePut put => Put(put),
                StoreDelete delete => Delete(delete.Key),
                _ => throw new ArgumentException($"{operations[i].GetType().Name} is not an operation of the store."),
            };
        }

        return new StoreCommit(revisions);
    }

    /// <summary>Deletes an entry whose lease ran out, unless one of these commits began it anew.</summary>
    public void Expire(StoreKey key)
    {
        if (!_touched.Contains(key))
        {
            Delete(key);
        }
    }

    private long Put(StorePut put)
    {
        if (put.Owner is { } owner && State.Find(owner) is null)
        {
            return 0;
        }

        _touched.Add(put.Key);
        if (State.Find(put.Key) is { } existing
            && existing.Lease == put.Lease
            && existing.Owner == put.Owner
            && existing.Value.Span.SequenceEqual(put.Value.Span))
        {
            return existing.Revision;
        }

        var revision = State.Revision + 1;
        State = State.With(new StoreEntry(put.Key, revision, put.Value, put.Lease, put.Owner));
        _changes.Add(new StoreChange(CatalogChangeType.Put, revision, put.Key, put.Value));
        return revision;
    }

    private long Delete(StoreKey key)
    {
        if (State.Find(key) is null)
        {
            return 0;
        }

        // What is owned goes first: no reader of the feed ever sees it without its owner.
        foreach (var owned in State.OwnedBy(key).OrderBy(static o => o.Id, StringComparer.Ordinal))
        {
            Delete(owned);
        }

        var revision = State.Revision + 1;
        State = State.Without(key, revision);
        _touched.Remove(key);
        _changes.Add(new StoreChange(CatalogChangeType.Delete, revision, key));
        return revision;
    }
}
