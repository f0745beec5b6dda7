using System.Text.Json;
using System.Text.Json.Serialization;

namespace MuLambda.Scaling;

/// <summary>How reports of demand go over the wire: camelCase, absent where null.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DemandReport))]
public sealed partial class DemandJson : JsonSerializerContext;
