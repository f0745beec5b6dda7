using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Executor.Prediction;

/// <summary>An answer of a model.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Version">The version that answered.</param>
/// <param name="Signature">The signature that ran.</param>
/// <param name="Outputs">The output tensors in the signature's order, or that of the filter.</param>
internal sealed record Prediction(
    string Model, long Version, string Signature, IReadOnlyList<KeyValuePair<string, TensorProto>> Outputs);
