using System.Text.Json;
using System.Text.Json.Serialization;

namespace MuLambda.Cli.Models;

/// <summary>The file as it is written; every member may be missing until it is checked.</summary>
internal sealed record ZooBody(string? Zoo = null, IReadOnlyList<ZooModel?>? Models = null);

internal sealed record ZooModel(
    string? Name = null,
    long? Version = null,
    string? Path = null,
    string? Task = null,
    string? Input = null,
    string? Output = null,
    ZooAccuracy? Accuracy = null,
    string? Description = null);

internal sealed record ZooAccuracy(string? Metric = null, double? Value = null, string? Dataset = null);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(ZooBody))]
internal sealed partial class ZooJson : JsonSerializerContext;
