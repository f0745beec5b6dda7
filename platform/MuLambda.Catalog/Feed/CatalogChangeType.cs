using System.Text.Json.Serialization;

namespace MuLambda.Catalog;

/// <summary>What a line of the change feed says.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CatalogChangeType>))]
public enum CatalogChangeType
{
    /// <summary>A noun was created or replaced.</summary>
    [JsonStringEnumMemberName("put")]
    Put,

    /// <summary>A noun was deleted or its lease expired.</summary>
    [JsonStringEnumMemberName("delete")]
    Delete,

    /// <summary>
    /// A snapshot begins: forget everything; the puts up to <see cref="SnapshotEnd"/> are the whole catalog.
    /// </summary>
    [JsonStringEnumMemberName("snapshot-begin")]
    SnapshotBegin,

    /// <summary>The snapshot is complete; its revision is where the feed goes on.</summary>
    [JsonStringEnumMemberName("snapshot-end")]
    SnapshotEnd,

    /// <summary>Nothing changed; sent now and then so that a dead connection is noticed.</summary>
    [JsonStringEnumMemberName("heartbeat")]
    Heartbeat,
}
