using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Selector;

/// <summary>The inputs of an inference as a model's signature takes them.</summary>
/// <param name="Signature">The signature's name.</param>
/// <param name="Tensors">One tensor for each of its inputs.</param>
/// <param name="Items">The number of examples, at least 1.</param>
/// <param name="Field">Where the caller finds them in its request, for what an executor says is wrong with them.</param>
internal sealed record ModelInputs(string Signature, IReadOnlyDictionary<string, TensorProto> Tensors, int Items, string Field);
