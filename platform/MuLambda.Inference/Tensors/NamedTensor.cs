namespace MuLambda.Inference;

/// <summary>A tensor with the name it has in a signature.</summary>
/// <param name="Name">The name of the input or output.</param>
/// <param name="Tensor">The value; whoever holds it disposes it.</param>
public readonly record struct NamedTensor(string Name, Tensor Tensor);
