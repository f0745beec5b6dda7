namespace MuLambda.Inference;

/// <summary>What a model file holds.</summary>
/// <param name="Format">One of <see cref="ModelFormats"/>.</param>
/// <param name="Signatures">The ways to call it, ordered by name.</param>
/// <param name="Bytes">The size of the files read.</param>
public sealed record ModelDescription(string Format, IReadOnlyList<SignatureDescription> Signatures, long Bytes);
