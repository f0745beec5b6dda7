namespace MuLambda.Catalog.Artifacts;

/// <summary>Where the artifacts of models are kept. Safe for concurrent callers.</summary>
public interface IArtifactStore
{
    /// <summary>Stores an artifact, or replaces it; it is visible whole and durable when the task ends, or not at all.</summary>
    /// <param name="key">Its name (<see cref="ArtifactKey"/>).</param>
    /// <param name="content">The bytes, read to their end.</param>
    /// <param name="sha256">The SHA-256 they must have, in lower-case hexadecimal; null for any.</param>
    /// <param name="cancellationToken">Ends the call; then nothing is stored.</param>
    /// <returns>What was stored.</returns>
    /// <exception cref="ArtifactMismatchException">The bytes have another SHA-256.</exception>
    Task<ArtifactReceipt> PutAsync(
        string key, Stream content, string? sha256 = null, CancellationToken cancellationToken = default);

    /// <summary>Opens an artifact to read; it can be read to its end even when it is replaced or deleted meanwhile.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The bytes, for the caller to dispose; null where it is not there.</returns>
    Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Lists what is stored.</summary>
    /// <param name="prefix">What the keys begin with; empty for all.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The artifacts by key in ordinal order.</returns>
    IAsyncEnumerable<ArtifactInfo> ListAsync(string prefix = "", CancellationToken cancellationToken = default);

    /// <summary>Deletes an artifact.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where it was not there.</returns>
    Task<bool> DeleteAsync(string key, CancellationToken cancellationToken = default);
}
