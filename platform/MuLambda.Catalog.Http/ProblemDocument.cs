using System.Text.Json;
using System.Text.Json.Serialization;

namespace MuLambda.Catalog.Http;

/// <summary>The members of RFC 9457 that are read; extensions others add are passed over.</summary>
internal sealed record ProblemDocument(
    string? Title = null, string? Detail = null, Dictionary<string, IReadOnlyList<string>>? Errors = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ProblemDocument))]
internal sealed partial class ProblemJson : JsonSerializerContext;
