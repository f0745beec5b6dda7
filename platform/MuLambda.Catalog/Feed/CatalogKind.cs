using System.Text.Json.Serialization;

namespace MuLambda.Catalog;

/// <summary>The kinds of nouns in the catalog.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CatalogKind>))]
public enum CatalogKind
{
    /// <summary>A <see cref="Catalog.Model"/>; its id is <c>name@version</c>.</summary>
    [JsonStringEnumMemberName("model")]
    Model,

    /// <summary>An <see cref="Catalog.Executor"/>.</summary>
    [JsonStringEnumMemberName("executor")]
    Executor,

    /// <summary>A <see cref="Catalog.Client"/>.</summary>
    [JsonStringEnumMemberName("client")]
    Client,

    /// <summary>A <see cref="LatencyReport"/>; its id is <c>node/client</c>.</summary>
    [JsonStringEnumMemberName("latency")]
    Latency,

    /// <summary>A <see cref="Catalog.Node"/>.</summary>
    [JsonStringEnumMemberName("node")]
    Node,

    /// <summary>A <see cref="SelectorReplica"/>.</summary>
    [JsonStringEnumMemberName("selector")]
    Selector,

    /// <summary>A <see cref="SloReport"/>; its id is <c>selector/client</c>.</summary>
    [JsonStringEnumMemberName("slo")]
    Slo,

    /// <summary>A <see cref="Catalog.Deployment"/>; its id is the model's name.</summary>
    [JsonStringEnumMemberName("deployment")]
    Deployment,

    /// <summary>A <see cref="ScalingDecision"/>; its id is <c>model/slot</c>, for only the last ones are kept.</summary>
    [JsonStringEnumMemberName("decision")]
    Decision,

    /// <summary>A <see cref="Catalog.Leadership"/>; its id is its name.</summary>
    [JsonStringEnumMemberName("leadership")]
    Leadership,
}
