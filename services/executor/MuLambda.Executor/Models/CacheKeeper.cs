using MuLambda.Executor.Options;

namespace MuLambda.Executor.Models;

/// <summary>Keeps the cache within its bound, and what this executor serves in it.</summary>
internal sealed partial class CacheKeeper(
    ModelManager models, ArtifactCache cache, ExecutorOptions options, TimeProvider time, ILogger<CacheKeeper> logger)
{
    /// <summary>How often; well within <see cref="ArtifactCache.InUse"/>.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    public void Keep()
    {
        var now = time.GetUtcNow();
        try
        {
            cache.Touch(models.FilesInUse().OfType<RegistryFiles>().Select(files => files.Sha256), now);
            var (count, bytes) = cache.Prune(options.CacheMaxBytes, now);
            if (count > 0)
            {
                LogPruned(logger, count, bytes);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogKept(logger, e.Message);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Count} files of {Bytes} bytes left the cache")]
    private static partial void LogPruned(ILogger logger, int count, long bytes);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The cache was not pruned: {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);
}
