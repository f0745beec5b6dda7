using MuLambda.Executor.Models;

namespace MuLambda.Executor.Prediction;

/// <summary>What is asked of a model, by whom and until when.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Version">Which version.</param>
/// <param name="Api">The call, as metrics name it.</param>
/// <param name="EntryPoint">How it came: <see cref="Grpc"/> or <see cref="Rest"/>.</param>
/// <param name="CancellationToken">Fires when the deadline passes or nobody waits for the answer any more.</param>
/// <param name="CallerGone">Fires when nobody waits for the answer any more.</param>
internal readonly record struct PredictionCall(
    string Model,
    VersionChoice Version,
    string Api,
    string EntryPoint,
    CancellationToken CancellationToken,
    CancellationToken CallerGone)
{
    public const string Grpc = "GRPC";
    public const string Rest = "REST";

    public const string Predict = "Predict";
    public const string Classify = "Classify";
    public const string Regress = "Regress";
    public const string MultiInference = "MultiInference";
}
