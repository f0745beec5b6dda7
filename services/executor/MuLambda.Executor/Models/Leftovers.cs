namespace MuLambda.Executor.Models;

/// <summary>
/// What a killed executor left behind: downloads that were never finished, directories a model was unpacked into. Whatever
/// was written to within the last day may be another executor's, which shares the directory.
/// </summary>
internal static partial class Leftovers
{
    public const string UnpackedPrefix = "mulambda-model-";
    public const string PartSuffix = ".part";

    private static readonly TimeSpan Age = TimeSpan.FromDays(1);

    // Links lead out of the directory, and what belongs to others cannot be deleted anyway.
    private static readonly EnumerationOptions Everywhere = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private static readonly EnumerationOptions Here = new() { AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>Removes what is old; what cannot be removed stays.</summary>
    /// <param name="cache">The directory of the artifacts.</param>
    /// <param name="temporary">The directory models are unpacked in.</param>
    /// <param name="now">The time.</param>
    /// <param name="logger">Is told what went and what did not.</param>
    public static void Remove(string cache, string temporary, DateTimeOffset now, ILogger logger)
    {
        var before = (now - Age).UtcDateTime;
        foreach (var file in Find(new DirectoryInfo(cache), d => d.EnumerateFiles("*" + PartSuffix, Everywhere), logger))
        {
            Remove(file, before, file.Delete, logger);
        }

        foreach (var unpacked in Find(new DirectoryInfo(temporary), d => d.EnumerateDirectories(UnpackedPrefix + "*", Here), logger))
        {
            Remove(unpacked, before, () => unpacked.Delete(recursive: true), logger);
        }
    }

    private static List<T> Find<T>(DirectoryInfo directory, Func<DirectoryInfo, IEnumerable<T>> enumerate, ILogger logger)
    {
        try
        {
            return directory.Exists ? [.. enumerate(directory)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogKept(logger, directory.FullName, e.Message);
            return [];
        }
    }

    private static void Remove(FileSystemInfo entry, DateTime before, Action delete, ILogger logger)
    {
        try
        {
            if (entry.LastWriteTimeUtc < before)
            {
                delete();
                LogRemoved(logger, entry.FullName);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another executor was faster.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogKept(logger, entry.FullName, e.Message);
        }
    }

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "Removed {Path}, which an executor left behind")]
    private static partial void LogRemoved(ILogger logger, string path);

    [LoggerMessage(EventId = 5, Level = LogLevel.Debug, Message = "{Path} stays: {Reason}")]
    private static partial void LogKept(ILogger logger, string path, string reason);
}
