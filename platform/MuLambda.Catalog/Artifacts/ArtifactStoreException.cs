namespace MuLambda.Catalog.Artifacts;

/// <summary>An artifact store that cannot be reached, or that refuses; the message names it.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="inner">What the store's own library said.</param>
public sealed class ArtifactStoreException(string message, Exception inner) : IOException(message, inner);
