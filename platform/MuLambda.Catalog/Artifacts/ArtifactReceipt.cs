namespace MuLambda.Catalog.Artifacts;

/// <summary>What was stored.</summary>
/// <param name="Key">The artifact's name.</param>
/// <param name="Bytes">Its size in bytes.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal.</param>
public sealed record ArtifactReceipt(string Key, long Bytes, string Sha256);
