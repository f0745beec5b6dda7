using MuLambda.Catalog;
using MuLambda.Catalog.Http;

namespace MuLambda.Executor.Models;

/// <summary>Gets models from the registry, or from the cache where the registry is away.</summary>
internal sealed partial class RegistrySource(IHttpClientFactory http, ArtifactCache cache, TimeProvider time, ILogger<RegistrySource> logger)
{
    /// <summary>The name of the HttpClient, and of the service in discovery.</summary>
    public const string Registry = "registry";

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The verified artifact of a model version (the newest where none is given). As long as the registry does not
    /// know it, or is away and the cache does not have it, tries again with growing delays until the token fires.
    /// </summary>
    /// <param name="name">The model.</param>
    /// <param name="version">The version, or null.</param>
    /// <param name="waiting">Told what is waited for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(Model Model, string Path)> GetAsync(
        string name, long? version, Action<string> waiting, CancellationToken cancellationToken)
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            var found = await TryGetAsync(name, version, waiting, cancellationToken);
            if (found is { } artifact)
            {
                return artifact;
            }

            await Task.Delay(delay, time, cancellationToken);
        }
    }

    private async Task<(Model Model, string Path)?> TryGetAsync(
        string name, long? version, Action<string> waiting, CancellationToken cancellationToken)
    {
        string reason;
        try
        {
            var registry = new RegistryClient(http.CreateClient(Registry), time);
            if (await registry.GetModelAsync(name, version, cancellationToken) is { } model)
            {
                return (model, await GetArtifactAsync(registry, model, cancellationToken));
            }

            waiting($"Waiting for the model: the registry does not know {Describe(name, version)} yet.");
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or RegistryException or InvalidDataException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            reason = e.Message;
        }

        if (await cache.FindAsync(name, version, cancellationToken) is { } cached
            && await cache.OpenAsync(cached, cancellationToken) is { } path)
        {
            LogCached(logger, cached.Name, cached.Version, reason);
            return (cached, path);
        }

        waiting($"Waiting for the registry, which does not give {Describe(name, version)}: {reason}");
        return null;
    }

    private async Task<string> GetArtifactAsync(RegistryClient registry, Model model, CancellationToken cancellationToken)
    {
        if (await cache.OpenAsync(model, cancellationToken) is { } path)
        {
            await cache.DescribeAsync(model, cancellationToken);
            return path;
        }

        LogDownloading(logger, model.Name, model.Version, model.Bytes);
        return await cache.AddAsync(
            model, file => registry.DownloadArtifactAsync(model, file, progress: null, cancellationToken), cancellationToken);
    }

    private static string Describe(string name, long? version) => version is null ? name : $"{name}@{version}";

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Downloading {Model} version {Version} ({Bytes} bytes)")]
    private static partial void LogDownloading(ILogger logger, string model, long version, long bytes);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Using the cached {Model} version {Version}: {Reason}")]
    private static partial void LogCached(ILogger logger, string model, long version, string reason);
}
