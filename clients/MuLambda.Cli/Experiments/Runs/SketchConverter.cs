using System.Text.Json;
using System.Text.Json.Serialization;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>Writes a sketch of quantiles in parts. Without numbers it has no smallest, which JSON could not write.</summary>
internal sealed class SketchConverter : JsonConverter<QuantileSketch>
{
    public override QuantileSketch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var parts = JsonSerializer.Deserialize(ref reader, RunJson.Default.SketchParts)!;
        return parts.Counts.Length == 0 ? new QuantileSketch() : QuantileSketch.Of(parts.First, parts.Counts, parts.Min, parts.Max);
    }

    public override void Write(Utf8JsonWriter writer, QuantileSketch value, JsonSerializerOptions options) => JsonSerializer.Serialize(
        writer,
        value.Count == 0 ? new SketchParts(0, [], 0, 0) : new SketchParts(value.FirstBin, [.. value.Counts], value.Min, value.Max),
        RunJson.Default.SketchParts);
}
