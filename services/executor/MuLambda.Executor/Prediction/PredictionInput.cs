using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Executor.Prediction;

/// <summary>What to run a model on.</summary>
/// <param name="Signature">The signature; empty for the default one.</param>
/// <param name="Inputs">The input tensors by name.</param>
/// <param name="OutputFilter">The outputs wanted; all when empty.</param>
/// <param name="Items">The number of examples, or null to take it from the inputs.</param>
internal sealed record PredictionInput(
    string Signature,
    IReadOnlyCollection<KeyValuePair<string, TensorProto>> Inputs,
    IReadOnlyCollection<string> OutputFilter,
    int? Items = null);
