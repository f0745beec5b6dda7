using System.Globalization;

namespace MuLambda.Executor.Models;

/// <summary>The versions a path on the disk holds.</summary>
internal static class PathVersions
{
    /// <summary>The version of a path that is a model itself.</summary>
    public const long Single = 1;

    private const int MaxVersions = 10_000;

    /// <summary>
    /// A directory with numbered subdirectories holds a version for each, as in TensorFlow Serving; a model's own directory or
    /// file is version 1.
    /// </summary>
    /// <exception cref="IOException">The path is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IReadOnlyList<VersionSource> Find(string path)
    {
        if (File.Exists(path) || IsModel(path))
        {
            return [new VersionSource(Single, new DirectoryFiles(path))];
        }

        var versions = new List<VersionSource>();
        foreach (var directory in Directory.EnumerateDirectories(path))
        {
            if (long.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && versions.Count < MaxVersions)
            {
                versions.Add(new VersionSource(number, new DirectoryFiles(directory)));
            }
        }

        return versions;
    }

    private static bool IsModel(string path) =>
        File.Exists(Path.Combine(path, "saved_model.pb"))
        || File.Exists(Path.Combine(path, "saved_model.pbtxt"))
        || (Directory.Exists(path) && Directory.EnumerateFiles(path, "*.onnx").Any());
}
