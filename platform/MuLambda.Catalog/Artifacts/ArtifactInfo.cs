namespace MuLambda.Catalog.Artifacts;

/// <summary>A stored artifact.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Bytes">Its size in bytes.</param>
public sealed record ArtifactInfo(string Key, long Bytes);
