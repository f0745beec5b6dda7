using System.Globalization;

namespace MuLambda.Executor.Models;

/// <summary>Which version a path on the disk serves.</summary>
internal static class ModelPath
{
    private const long SingleVersion = 1;

    /// <summary>
    /// A directory with numbered subdirectories serves the highest number, as in TensorFlow Serving; a model itself is
    /// version 1.
    /// </summary>
    public static (string Path, long Version) Resolve(string path)
    {
        if (!Directory.Exists(path))
        {
            return (path, SingleVersion);
        }

        var latest = Directory.EnumerateDirectories(path)
            .Select(directory => (Path: directory, Version: VersionOf(directory)))
            .Where(candidate => candidate.Version > 0)
            .OrderByDescending(candidate => candidate.Version)
            .FirstOrDefault();
        return latest.Path is null || File.Exists(Path.Combine(path, "saved_model.pb")) ? (path, SingleVersion) : latest;
    }

    private static long VersionOf(string directory) =>
        long.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
}
