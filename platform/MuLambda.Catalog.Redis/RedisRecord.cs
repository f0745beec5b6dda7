using System.Text.Json;
using System.Text.Json.Serialization;
using MuLambda.Catalog.Metadata;

namespace MuLambda.Catalog.Redis;

/// <summary>How entries and changes are written: a line of JSON about the noun, and after it the noun as it is.</summary>
internal static class RedisRecord
{
    private const byte LineEnd = (byte)'\n';

    public static byte[] Write(StoreEntry entry) => Join(
        new RecordHeader(entry.Revision, null, null, entry.Lease?.Ticks, entry.Owner is { } owner ? WriteKey(owner) : null),
        entry.Value);

    public static byte[] Write(StoreChange change) => Join(
        new RecordHeader(change.Revision, WriteKey(change.Key!), change.Type == CatalogChangeType.Delete),
        change.Value);

    /// <exception cref="FormatException">It is no such record.</exception>
    public static StoreEntry ReadEntry(string key, byte[] record)
    {
        var (header, value) = Split(record);
        return new StoreEntry(
            ReadKey(key),
            header.Revision,
            value,
            header.LeaseTicks is { } ticks ? TimeSpan.FromTicks(ticks) : null,
            header.Owner is { } owner ? ReadKey(owner) : null);
    }

    /// <exception cref="FormatException">It is no such record.</exception>
    public static StoreChange ReadChange(byte[] record)
    {
        var (header, value) = Split(record);
        return new StoreChange(
            header.Deleted is true ? CatalogChangeType.Delete : CatalogChangeType.Put,
            header.Revision,
            ReadKey(header.Key ?? throw new FormatException("a change of nothing")),
            value);
    }

    public static string WriteKey(StoreKey key) => key.Kind switch
    {
        CatalogKind.Model => "model/",
        CatalogKind.Executor => "executor/",
        CatalogKind.Client => "client/",
        CatalogKind.Latency => "latency/",
        CatalogKind.Node => "node/",
        CatalogKind.Selector => "selector/",
        CatalogKind.Slo => "slo/",
        CatalogKind.Deployment => "deployment/",
        CatalogKind.Decision => "decision/",
        CatalogKind.Leadership => "leadership/",
        _ => throw new ArgumentOutOfRangeException(nameof(key), key.Kind, null),
    } + key.Id;

    private static StoreKey ReadKey(string text) => text.Split('/', 2) switch
    {
        ["model", var id] => new StoreKey(CatalogKind.Model, id),
        ["executor", var id] => new StoreKey(CatalogKind.Executor, id),
        ["client", var id] => new StoreKey(CatalogKind.Client, id),
        ["latency", var id] => new StoreKey(CatalogKind.Latency, id),
        ["node", var id] => new StoreKey(CatalogKind.Node, id),
        ["selector", var id] => new StoreKey(CatalogKind.Selector, id),
        ["slo", var id] => new StoreKey(CatalogKind.Slo, id),
        ["deployment", var id] => new StoreKey(CatalogKind.Deployment, id),
        ["decision", var id] => new StoreKey(CatalogKind.Decision, id),
        ["leadership", var id] => new StoreKey(CatalogKind.Leadership, id),
        _ => throw new FormatException($"an entry of an unknown kind, '{text}'"),
    };

    private static byte[] Join(RecordHeader header, ReadOnlyMemory<byte> value)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(header, RecordJson.Default.RecordHeader);
        return [.. line, LineEnd, .. value.Span];
    }

    private static (RecordHeader Header, ReadOnlyMemory<byte> Value) Split(byte[] record)
    {
        var end = Array.IndexOf(record, LineEnd);
        try
        {
            return end > 0 && JsonSerializer.Deserialize(record.AsSpan(0, end), RecordJson.Default.RecordHeader) is { } header
                ? (header, record.AsMemory(end + 1))
                : throw new FormatException("a record without a header");
        }
        catch (JsonException exception)
        {
            throw new FormatException("a record whose header is malformed", exception);
        }
    }
}

/// <summary>The first line of a record.</summary>
internal sealed record RecordHeader(
    long Revision, string? Key = null, bool? Deleted = null, long? LeaseTicks = null, string? Owner = null);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RecordHeader))]
internal sealed partial class RecordJson : JsonSerializerContext;
