using MuLambda.Catalog.Artifacts;
using MuLambda.Registry.Storage;

namespace MuLambda.Registry.Models;

/// <summary>The artifacts of models, named by their content: models with the same files share one.</summary>
internal sealed partial class ModelArtifacts(IArtifactStore artifacts, NounStore nouns, TimeProvider time, ILogger<ModelArtifacts> logger)
    : IDisposable
{
    private const string Prefix = "models/";
    private const string Suffix = ".tar";

    // Between the storing of an artifact and the registration of its model nothing may take it for an orphan.
    private readonly SharedGate _gate = new();

    /// <summary>Stores an artifact and registers its model before anybody can take the artifact for an orphan.</summary>
    public async Task<T> StoreAsync<T>(
        string sha256, Stream tar, Func<Task<T>> register, CancellationToken cancellationToken)
    {
        using (await _gate.ShareAsync(cancellationToken))
        {
            await artifacts.PutAsync(KeyOf(sha256), tar, sha256, cancellationToken);
            return await register();
        }
    }

    public Task<Stream?> OpenAsync(string sha256, CancellationToken cancellationToken) =>
        artifacts.OpenAsync(KeyOf(sha256), cancellationToken);

    /// <summary>Deletes an artifact that no model refers to any more.</summary>
    public async Task ReleaseAsync(string sha256, CancellationToken cancellationToken)
    {
        using (await _gate.HaveAloneAsync(cancellationToken))
        {
            if ((await nouns.ListModelsAsync(cancellationToken)).TrueForAll(model => model.Sha256 != sha256))
            {
                await artifacts.DeleteAsync(KeyOf(sha256), cancellationToken);
            }
        }
    }

    /// <summary>As <see cref="ReleaseAsync"/>, for so long; one that is left over the next start collects.</summary>
    public async Task ReleaseWithinAsync(TimeSpan limit, string sha256)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        try
        {
            await ReleaseAsync(sha256, deadline.Token).WaitAsync(deadline.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ArtifactStoreException or IOException)
        {
            LogLeft(KeyOf(sha256), exception.Message);
        }
    }

    /// <summary>Deletes the artifacts that a crash left between the artifact's storing and the model's registration.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        var referred = (await nouns.ListModelsAsync(cancellationToken)).Select(model => KeyOf(model.Sha256)).ToHashSet();
        await foreach (var artifact in artifacts.ListAsync(Prefix, cancellationToken))
        {
            if (!referred.Contains(artifact.Key))
            {
                await artifacts.DeleteAsync(artifact.Key, cancellationToken);
                LogCollected(artifact.Key, artifact.Bytes);
            }
        }
    }

    public void Dispose() => _gate.Dispose();

    private static string KeyOf(string sha256) => Prefix + sha256 + Suffix;

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The artifact {Key} of a deleted model is left until the next start: {Reason}")]
    private partial void LogLeft(string key, string reason);

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Deleted the orphaned artifact {Key} of {Bytes} bytes")]
    private partial void LogCollected(string key, long bytes);
}
