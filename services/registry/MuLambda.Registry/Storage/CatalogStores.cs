using MuLambda.Catalog.Artifacts;
using MuLambda.Catalog.Metadata;
using MuLambda.Catalog.Metadata.Sqlite;
using MuLambda.Catalog.Redis;
using MuLambda.Catalog.S3;
using MuLambda.Registry.Configuration;

namespace MuLambda.Registry.Storage;

/// <summary>
/// Where the catalog is kept: in Redis and S3 where the connection strings <c>metadata</c> and <c>artifacts</c> say so,
/// otherwise in the state directory. An artifact that the metadata does not refer to is deleted: the two belong together.
/// </summary>
internal sealed partial class CatalogStores(
    IConfiguration configuration, RegistryOptions options, TimeProvider time, ILogger<CatalogStores> logger)
{
    private IMetadataStore? _metadata;
    private IArtifactStore? _artifacts;

    public IMetadataStore Metadata => _metadata ?? throw NotOpen();

    public IArtifactStore Artifacts => _artifacts ?? throw NotOpen();

    /// <exception cref="InvalidOperationException">A connection string is malformed; the message shows none of it.</exception>
    /// <exception cref="MetadataStoreException">The metadata store cannot be opened.</exception>
    /// <exception cref="IOException">The artifact store cannot be opened.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var metadata = await OpenMetadataAsync(cancellationToken);
        try
        {
            _artifacts = await OpenArtifactsAsync(cancellationToken);
            _metadata = metadata;
        }
        catch
        {
            await metadata.DisposeAsync();
            throw;
        }
    }

    private async Task<IMetadataStore> OpenMetadataAsync(CancellationToken cancellationToken)
    {
        if (ConnectionString("metadata") is not { } connection)
        {
            return SqliteMetadataStore.Open(
                Path.Combine(options.State, "catalog.db"),
                new SqliteMetadataOptions { RetainedChanges = options.RetainedChanges },
                time);
        }

        try
        {
            var store = await RedisMetadataStore.OpenAsync(
                new RedisMetadataOptions { Configuration = connection, RetainedChanges = options.RetainedChanges },
                time,
                cancellationToken);
            LogRedis(store.Revision);
            return store;
        }
        catch (ArgumentException exception)
        {
            throw new InvalidOperationException($"ConnectionStrings:metadata: {exception.Message}", exception);
        }
    }

    private async Task<IArtifactStore> OpenArtifactsAsync(CancellationToken cancellationToken)
    {
        if (ConnectionString("artifacts") is not { } connection)
        {
            return DirectoryArtifactStore.Open(Path.Combine(options.State, "artifacts"));
        }

        try
        {
            var s3 = S3ArtifactOptions.Parse(connection);
            var store = await S3ArtifactStore.OpenAsync(s3, cancellationToken);
            LogS3(s3.Bucket, s3.Endpoint);
            return store;
        }
        catch (FormatException exception)
        {
            throw new InvalidOperationException($"ConnectionStrings:artifacts: {exception.Message}", exception);
        }
    }

    private string? ConnectionString(string name) =>
        configuration.GetConnectionString(name) is { } given && !string.IsNullOrWhiteSpace(given) ? given : null;

    private static InvalidOperationException NotOpen() => new("The catalog's stores are not open.");

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "The catalog is in Redis, at revision {Revision}")]
    private partial void LogRedis(long revision);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "The artifacts are in the bucket {Bucket} of {Endpoint}")]
    private partial void LogS3(string bucket, Uri endpoint);
}
