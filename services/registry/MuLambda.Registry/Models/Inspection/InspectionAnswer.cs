using System.Text.Json.Serialization;
using MuLambda.Catalog;

namespace MuLambda.Registry.Models.Inspection;

/// <summary>What an inspection found: why the model is refused, or what it holds.</summary>
/// <param name="Refusal">Why the model is refused.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Signatures">How it is called.</param>
/// <param name="Fault">Why no model can be inspected, which is not the model's doing.</param>
internal sealed record InspectionAnswer(string? Refusal, ModelFormat Format, IReadOnlyList<ModelSignature> Signatures, string? Fault = null);

[JsonSerializable(typeof(InspectionAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class InspectionJson : JsonSerializerContext;
