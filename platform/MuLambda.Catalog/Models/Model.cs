using System.Text.Json.Serialization;

namespace MuLambda.Catalog;

/// <summary>A model version as the catalog knows it: its traits, its signatures and the artifact that holds it.</summary>
/// <param name="Name">The model's name: 1 to 63 lower-case letters, digits and inner hyphens.</param>
/// <param name="Version">The version, from 1 upwards; a version never changes once it is stored.</param>
/// <param name="Task">What the model does, such as <c>classification</c>.</param>
/// <param name="Input">The modality it reads, such as <c>image</c>.</param>
/// <param name="Output">The modality it answers with, such as <c>label</c>.</param>
/// <param name="Accuracy">How good it is, as declared by whoever uploaded it.</param>
/// <param name="Signatures">The callable signatures, read from the model itself.</param>
/// <param name="Format">The artifact's format.</param>
/// <param name="Bytes">The unpacked size of the model in bytes.</param>
/// <param name="Sha256">The SHA-256 of the stored artifact, in lower-case hexadecimal.</param>
/// <param name="Description">What the uploader says of it; may be empty.</param>
/// <param name="CreatedAt">When the registry stored it.</param>
public sealed record Model(
    string Name,
    long Version,
    string Task,
    string Input,
    string Output,
    Accuracy Accuracy,
    IReadOnlyList<ModelSignature> Signatures,
    ModelFormat Format,
    long Bytes,
    string Sha256,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Description,
    DateTimeOffset CreatedAt)
{
    /// <summary>Name and version, by which executors refer to the model.</summary>
    [JsonIgnore]
    public ModelReference Reference => new(Name, Version);

    /// <summary>The traits that hard criteria are held against.</summary>
    [JsonIgnore]
    public Traits Traits => new(Task, Input, Output);
}
