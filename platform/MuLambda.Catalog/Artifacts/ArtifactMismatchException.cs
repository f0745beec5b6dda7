namespace MuLambda.Catalog.Artifacts;

/// <summary>What was sent does not have the SHA-256 it was announced with; nothing was stored.</summary>
/// <param name="key">The artifact's name.</param>
/// <param name="expected">The SHA-256 announced.</param>
/// <param name="actual">The SHA-256 of what came.</param>
public sealed class ArtifactMismatchException(string key, string expected, string actual)
    : Exception($"The artifact {key} has the SHA-256 {actual}, not {expected}; it was not stored.");
