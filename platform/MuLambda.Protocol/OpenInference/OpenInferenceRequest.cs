using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.OpenInference;

/// <summary>An inference request over REST that was read.</summary>
/// <param name="Id">The caller's id of it, which the answer repeats; null where there is none.</param>
/// <param name="Inputs">The tensors by name.</param>
/// <param name="Outputs">The outputs that are asked for; all when empty.</param>
/// <param name="BinaryOutput">Whether outputs that do not say otherwise are wanted as bytes.</param>
public sealed record OpenInferenceRequest(
    string? Id, IReadOnlyDictionary<string, TensorProto> Inputs, IReadOnlyList<OpenInferenceOutput> Outputs, bool BinaryOutput);

/// <summary>An output that is asked for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Binary">Whether it is wanted as bytes behind the JSON; null where the request does not say of this one.</param>
public sealed record OpenInferenceOutput(string Name, bool? Binary = null);
