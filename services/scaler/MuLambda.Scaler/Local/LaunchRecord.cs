using System.Text.Json;
using System.Text.Json.Serialization;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Local;

/// <summary>What is written down of an executor before its process is started, so that whoever comes next knows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="LaunchedAt">When it was launched.</param>
/// <param name="RestPort">The port of its REST API.</param>
/// <param name="GrpcPort">The port of its gRPC API.</param>
/// <param name="Socket">Its Unix socket; null for none.</param>
/// <param name="Models">What it serves.</param>
internal sealed record LaunchRecord(
    string Id, DateTimeOffset LaunchedAt, int RestPort, int GrpcPort, string? Socket, IReadOnlyList<GivenModel> Models);

/// <summary>A model that an executor was given.</summary>
/// <param name="Model">The model.</param>
/// <param name="At">When.</param>
internal sealed record GivenModel(PlacedModel Model, DateTimeOffset At);

/// <summary>How records are written.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(LaunchRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
