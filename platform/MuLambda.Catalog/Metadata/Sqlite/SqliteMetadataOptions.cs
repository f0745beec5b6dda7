namespace MuLambda.Catalog.Metadata.Sqlite;

/// <summary>The bounds of a <see cref="SqliteMetadataStore"/>.</summary>
public sealed record SqliteMetadataOptions
{
    /// <summary>How many changes are retained for watchers to resume from.</summary>
    public int RetainedChanges { get; init; } = 10_000;

    /// <summary>How many bytes of values the retained changes hold together.</summary>
    public long RetainedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How many commits may wait to be written; more are refused at once.</summary>
    public int QueuedCommits { get; init; } = 1024;

    internal MetadataBounds ToBounds()
    {
        var bounds = new MetadataBounds(RetainedChanges, RetainedBytes, QueuedCommits);
        bounds.Validate();
        return bounds;
    }
}
