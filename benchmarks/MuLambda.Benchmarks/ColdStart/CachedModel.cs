using System.Text.Json.Serialization;

namespace MuLambda.Benchmarks.ColdStart;

/// <summary>What the cache of a node has of a model.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CachedModel>))]
internal enum CachedModel
{
    /// <summary>Nothing: it is downloaded.</summary>
    Nothing,

    /// <summary>The artifact.</summary>
    Artifact,

    /// <summary>The artifact, and the model as it was translated and optimised from it.</summary>
    Translated,
}
