namespace MuLambda.Catalog.Metadata;

/// <summary>A metadata store that cannot be opened or written; the message says what to do.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="inner">What the store's engine said; null for nothing.</param>
public sealed class MetadataStoreException(string message, Exception? inner = null) : Exception(message, inner);
