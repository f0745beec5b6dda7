using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Tensors;

/// <summary>A tensor a signature takes, as far as a codec has to know it.</summary>
/// <param name="Name">The tensor's key in the signature.</param>
/// <param name="DataType">The element type.</param>
/// <param name="Shape">The dimensions, -1 where a size is open (the first one usually is the batch);
/// null where the rank is not known.</param>
public sealed record TensorSignature(string Name, DataType DataType, IReadOnlyList<long>? Shape);
