using MuLambda.Catalog.Metadata;

namespace MuLambda.Catalog.Redis;

/// <summary>Where a <see cref="RedisMetadataStore"/> keeps the catalog, and its bounds.</summary>
public sealed class RedisMetadataOptions
{
    /// <summary>The server as StackExchange.Redis writes it: <c>host:port[,password=…][,ssl=true][,defaultDatabase=n]</c>. In
    /// no message of the store.</summary>
    public required string Configuration { get; init; }

    /// <summary>What the names of the store's keys begin with. What stands in braces puts them into one slot of a
    /// cluster.</summary>
    public string KeyPrefix { get; init; } = "{mulambda}:catalog";

    /// <summary>How many changes are retained for watchers to resume from.</summary>
    public int RetainedChanges { get; init; } = 10_000;

    /// <summary>How many bytes of values the retained changes hold together.</summary>
    public long RetainedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How many commits may wait to be written; more are refused at once.</summary>
    public int QueuedCommits { get; init; } = 1024;

    /// <summary>How long the server may take for one command.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a write is tried again while the server does not answer.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a server that is starting is waited for when the store is opened, and how long reading the catalog
    /// may take then.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(30);

    internal MetadataBounds ToBounds()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Configuration);
        ArgumentException.ThrowIfNullOrWhiteSpace(KeyPrefix);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(CommandTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(WriteTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(OpenTimeout, TimeSpan.Zero);
        var bounds = new MetadataBounds(RetainedChanges, RetainedBytes, QueuedCommits);
        bounds.Validate();
        return bounds;
    }
}
