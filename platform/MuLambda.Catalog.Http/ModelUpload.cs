namespace MuLambda.Catalog.Http;

/// <summary>What the uploader of a model declares; the rest is read from the model itself.</summary>
/// <param name="Name">The model's name: 1 to 63 lower-case letters, digits and inner hyphens.</param>
/// <param name="Version">The version, from 1 upwards.</param>
/// <param name="Traits">What the model does, reads and answers with.</param>
/// <param name="Accuracy">How good it is.</param>
/// <param name="Description">What to say of it; null for nothing.</param>
public sealed record ModelUpload(
    string Name, long Version, Traits Traits, Accuracy Accuracy, string? Description = null);
