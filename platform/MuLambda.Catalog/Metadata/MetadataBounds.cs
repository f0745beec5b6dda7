namespace MuLambda.Catalog.Metadata;

/// <summary>What a <see cref="MetadataEngine"/> holds itself to.</summary>
/// <param name="RetainedChanges">How many changes are retained for watchers to resume from.</param>
/// <param name="RetainedBytes">How many bytes of values the retained changes hold together.</param>
/// <param name="QueuedCommits">How many commits may wait to be written.</param>
internal sealed record MetadataBounds(int RetainedChanges, long RetainedBytes, int QueuedCommits)
{
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(RetainedChanges);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(RetainedBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(QueuedCommits);
    }
}
