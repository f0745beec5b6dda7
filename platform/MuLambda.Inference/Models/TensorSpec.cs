namespace MuLambda.Inference;

/// <summary>What an input or output of a signature looks like.</summary>
/// <param name="Name">The name requests use.</param>
/// <param name="DType">The type of the elements.</param>
/// <param name="Shape">
/// The sizes of the dimensions, outermost first, -1 where any size will do; empty for a scalar; null where even the rank is unknown.
/// </param>
public sealed record TensorSpec(string Name, DType DType, IReadOnlyList<long>? Shape)
{
    /// <summary>What the tensor is called in the model's graph: <c>x:0</c> in a SavedModel, as in its signature; in ONNX the name requests use.</summary>
    public string GraphName { get; init; } = Name;

    /// <summary>
    /// Whether the model computes the same for tensors of any other shape too, as TensorFlow lets requests do: <see cref="Shape"/> then only
    /// tells what the model was made for.
    /// </summary>
    public bool AnyShape { get; init; }

    /// <summary>Such as <c>image: float32[-1,28,28,1]</c>.</summary>
    public override string ToString() => $"{Name}: {DType.Name()}{Shapes.Format(Shape)}";
}
