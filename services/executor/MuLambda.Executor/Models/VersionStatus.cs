using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Models;

/// <summary>A version of a model at one moment.</summary>
/// <param name="Version">Its number, 0 while none is known.</param>
/// <param name="State">How far it is.</param>
/// <param name="Code">OK, or why it is not available.</param>
/// <param name="Message">What it waits for or why it ended; empty else.</param>
internal sealed record VersionStatus(long Version, ModelState State, StatusCode Code = StatusCode.Ok, string Message = "");
