using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Rest;

/// <summary>A predict body that was read.</summary>
/// <param name="SignatureName">The signature named in the body, or <see cref="PredictJson.DefaultSignature"/>.</param>
/// <param name="Format">The shape of the body, which the answer has to share.</param>
/// <param name="Inputs">One tensor for each input of the signature: numbers as <c>tensor_content</c>, strings as <c>string_val</c>.</param>
/// <param name="Items">The number of examples: the first dimension of the inputs, 1 where it is none or they disagree.</param>
public sealed record PredictJsonRequest(
    string SignatureName,
    PredictJsonFormat Format,
    IReadOnlyDictionary<string, TensorProto> Inputs,
    int Items);
