namespace MuLambda.Catalog;

/// <summary>A callable signature of a model.</summary>
/// <param name="Name">The signature's name; <c>serving_default</c> where the model has only one.</param>
/// <param name="Inputs">The tensors to give.</param>
/// <param name="Outputs">The tensors answered.</param>
public sealed record ModelSignature(string Name, IReadOnlyList<TensorSpec> Inputs, IReadOnlyList<TensorSpec> Outputs)
{
    /// <summary>The signature that is called when a request names none.</summary>
    public const string Default = "serving_default";
}
