using System.Text.Json.Serialization;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>Results of runs as they are kept.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(SketchConverter)])]
[JsonSerializable(typeof(PaperRunResult))]
[JsonSerializable(typeof(SketchParts))]
internal sealed partial class RunJson : JsonSerializerContext;
