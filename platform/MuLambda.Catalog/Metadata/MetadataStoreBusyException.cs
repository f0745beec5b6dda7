namespace MuLambda.Catalog.Metadata;

/// <summary>The store's queue of writes is full: nothing was written, try later.</summary>
/// <param name="message">Names the queue's bound.</param>
public sealed class MetadataStoreBusyException(string message) : Exception(message);
