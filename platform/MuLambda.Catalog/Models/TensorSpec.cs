namespace MuLambda.Catalog;

/// <summary>A tensor of a signature.</summary>
/// <param name="Name">The tensor's key in the signature.</param>
/// <param name="DType">The element type: float32, float64, int32, int64, uint8, bool, string…</param>
/// <param name="Shape">The dimensions, -1 where a size is open (the first one usually is the batch);
/// null where the rank is not known.</param>
public sealed record TensorSpec(string Name, string DType, IReadOnlyList<long>? Shape = null);
