namespace MuLambda.Inference;

/// <summary>Where a model is left as it was prepared.</summary>
/// <param name="File">
/// The file, which appears whole or not at all; its directory is made. While it is written, files beside it have its name with a suffix
/// that ends with <c>.part</c>.
/// </param>
/// <param name="Attachment">What the caller wants to find beside the model.</param>
public sealed record ModelPreparation(string File, ReadOnlyMemory<byte> Attachment = default);
