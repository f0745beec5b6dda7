using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Inference;

namespace MuLambda.Executor.Models;

/// <summary>Fetches versions from the registry through the cache.</summary>
internal sealed partial class RegistrySource(IHttpClientFactory http, ArtifactCache cache, TimeProvider time, ILogger<RegistrySource> logger)
{
    /// <summary>The name of the HttpClient, and of the service in discovery.</summary>
    public const string Registry = "registry";

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The verified artifact of a model version. As long as the registry does not give it, tries again with growing delays
    /// until the token fires.
    /// </summary>
    /// <param name="model">The version.</param>
    /// <param name="waiting">Told what is waited for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The path of the tar.</returns>
    public async Task<string> GetAsync(Model model, Action<string> waiting, CancellationToken cancellationToken)
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            try
            {
                return await TryGetAsync(model, cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or RegistryException or InvalidDataException or IOException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                waiting($"Waiting for the registry, which does not give {model.Reference}: {e.Message}");
            }

            await Task.Delay(delay, time, cancellationToken);
        }
    }

    /// <summary>Where the model is left as it was prepared.</summary>
    public string PreparedPath(Model model) => cache.PreparedPath(model.Sha256);

    /// <summary>The model as it was prepared before, or null.</summary>
    public async Task<PreparedModel?> OpenPreparedAsync(Model model, CancellationToken cancellationToken)
    {
        if (cache.OpenPrepared(model.Sha256) is not { } prepared)
        {
            return null;
        }

        try
        {
            await cache.DescribeAsync(model, cancellationToken);
            return prepared;
        }
        catch
        {
            prepared.Dispose();
            throw;
        }
    }

    private async Task<string> TryGetAsync(Model model, CancellationToken cancellationToken)
    {
        if (await cache.OpenAsync(model, cancellationToken) is { } path)
        {
            await cache.DescribeAsync(model, cancellationToken);
            return path;
        }

        LogDownloading(logger, model.Name, model.Version, model.Bytes);
        var registry = new RegistryClient(http.CreateClient(Registry), time);
        return await cache.AddAsync(
            model, file => registry.DownloadArtifactAsync(model, file, progress: null, cancellationToken), cancellationToken);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Downloading {Model} version {Version} ({Bytes} bytes)")]
    private static partial void LogDownloading(ILogger logger, string model, long version, long bytes);
}
