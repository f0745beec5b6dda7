using MuLambda.Protocol.Tensors;

namespace MuLambda.TensorFlowJs;

/// <summary>What an import wrote.</summary>
/// <param name="File">The <c>saved_model.pb</c>.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Inputs">The inputs of the signature <c>serving_default</c>, ordered by name.</param>
/// <param name="Outputs">Its outputs, ordered by name.</param>
public sealed record ImportedModel(
    string File, long Bytes, IReadOnlyList<TensorSignature> Inputs, IReadOnlyList<TensorSignature> Outputs);
