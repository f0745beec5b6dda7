using System.Text.Json;
using System.Text.Json.Serialization;

namespace MuLambda.Cli.Models;

/// <summary>The file as it is written; every member may be missing until it is checked.</summary>
internal sealed record ZooBody(
    string? Zoo = null,
    IReadOnlyDictionary<string, ZooPackage?>? Packages = null,
    IReadOnlyList<ZooModel?>? Models = null);

/// <summary>An npm package that models come in.</summary>
internal sealed record ZooPackage(string? Npm = null, string? Version = null, string? Integrity = null);

internal sealed record ZooModel(
    string? Name = null,
    long? Version = null,
    string? Package = null,
    string? Path = null,
    string? Import = null,
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
