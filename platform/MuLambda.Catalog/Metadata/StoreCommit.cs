namespace MuLambda.Catalog.Metadata;

/// <summary>What became of a commit.</summary>
/// <param name="Revisions">For each operation the revision of its entry's change; the entry's own where a put changed
/// nothing; 0 for a put passed over and for a delete of what was not there. Empty where there was a conflict.</param>
/// <param name="Conflict">The first entry that was not at its expected revision, in which case nothing was written;
/// null where the commit is durable.</param>
public sealed record StoreCommit(IReadOnlyList<long> Revisions, StoreKey? Conflict = null)
{
    /// <summary>Whether the operations were carried out.</summary>
    public bool Committed => Conflict is null;
}
