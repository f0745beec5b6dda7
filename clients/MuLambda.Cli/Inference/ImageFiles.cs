using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli.Inference;

/// <summary>The images a command line names: files, and the PNGs of directories by name.</summary>
internal static class ImageFiles
{
    private const int MaxFiles = 100_000;

    /// <exception cref="CliException">A path is not there, or a directory has no PNG.</exception>
    public static IReadOnlyList<string> Find(CliConsole console, IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            var full = console.Resolve(path);
            if (File.Exists(full))
            {
                files.Add(path);
                continue;
            }

            if (!Directory.Exists(full))
            {
                throw CliException.Usage($"{path} is not there.");
            }

            var found = Directory.EnumerateFiles(full, "*.png").Take(MaxFiles)
                .Select(file => Path.Combine(path, Path.GetFileName(file)))
                .Order(StringComparer.Ordinal).ToList();
            files.AddRange(found.Count > 0 ? found : throw CliException.Usage($"{path} has no .png files."));
        }

        return files.Count <= MaxFiles ? files : throw CliException.Usage($"More than {MaxFiles} images are named.");
    }
}
