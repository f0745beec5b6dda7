using System.Text.Json.Serialization;

namespace MuLambda.Prober.Executors;

/// <summary>TensorFlow Serving's answer to <c>GET /v1/models/{model}</c>, as far as it is read.</summary>
internal sealed record ModelStatus(
    [property: JsonPropertyName("model_version_status")] IReadOnlyList<ModelVersionStatus?>? Versions);

/// <summary>The status of one version; TensorFlow Serving writes the number as a string.</summary>
internal sealed record ModelVersionStatus(
    [property: JsonPropertyName("version")] long Version,
    [property: JsonPropertyName("state")] string? State,
    [property: JsonPropertyName("status")] ModelVersionError? Status);

/// <summary>What went wrong with a version, if anything.</summary>
internal sealed record ModelVersionError([property: JsonPropertyName("error_message")] string? Message);

[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(ModelStatus))]
internal sealed partial class ModelStatusJson : JsonSerializerContext;
