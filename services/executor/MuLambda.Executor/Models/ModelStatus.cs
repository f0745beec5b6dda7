using MuLambda.Inference;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Models;

/// <summary>A model at one moment.</summary>
/// <param name="State">How far it is.</param>
/// <param name="Version">Its version, 0 while it is not known.</param>
/// <param name="Model">What runs, while it is available.</param>
/// <param name="Code">OK, or why it is not available.</param>
/// <param name="Message">What it waits for or why it ended.</param>
internal sealed record ModelStatus(
    ModelState State,
    long Version,
    LoadedModel? Model = null,
    StatusCode Code = StatusCode.Ok,
    string Message = "");
