using System.Text.Json;
using System.Text.Json.Serialization;

namespace MuLambda.Catalog;

/// <summary>How the catalog's nouns are written as JSON: camelCase, absent where null (but for a model's
/// description), unknown members and members that are said twice refused.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Model))]
[JsonSerializable(typeof(IReadOnlyList<Model>))]
[JsonSerializable(typeof(Executor))]
[JsonSerializable(typeof(IReadOnlyList<Executor>))]
[JsonSerializable(typeof(ExecutorHeartbeat))]
[JsonSerializable(typeof(Client))]
[JsonSerializable(typeof(IReadOnlyList<Client>))]
[JsonSerializable(typeof(LatencyReport))]
[JsonSerializable(typeof(IReadOnlyList<LatencyReport>))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(IReadOnlyList<Node>))]
[JsonSerializable(typeof(SelectorReplica))]
[JsonSerializable(typeof(IReadOnlyList<SelectorReplica>))]
[JsonSerializable(typeof(SloReport))]
[JsonSerializable(typeof(IReadOnlyList<SloReport>))]
[JsonSerializable(typeof(SloStatus))]
[JsonSerializable(typeof(IReadOnlyList<SloStatus>))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(IReadOnlyList<Deployment>))]
[JsonSerializable(typeof(ScalingDecision))]
[JsonSerializable(typeof(IReadOnlyList<ScalingDecision>))]
[JsonSerializable(typeof(Leadership))]
[JsonSerializable(typeof(CatalogChange))]
public sealed partial class CatalogJson : JsonSerializerContext;
