using System.Formats.Tar;

namespace MuLambda.Executor.Models;

/// <summary>Unpacks an artifact: a tar of plain files and directories below its root.</summary>
internal static class TarArtifact
{
    private const int MaxEntries = 10_000;

    /// <summary>Unpacks into an empty directory.</summary>
    /// <exception cref="InvalidDataException">An entry lies outside, is no file or directory, or there are too many.</exception>
    public static async Task UnpackAsync(string tar, string directory, CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(directory) + Path.DirectorySeparatorChar;
        await using var file = File.OpenRead(tar);
        await using var reader = new TarReader(file);
        var entries = 0;
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (++entries > MaxEntries)
            {
                throw new InvalidDataException($"The artifact has more than {MaxEntries} entries.");
            }

            var path = Path.GetFullPath(Path.Combine(root, entry.Name));
            if (!(path + Path.DirectorySeparatorChar).StartsWith(root, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"The artifact's entry '{entry.Name}' lies outside of it.");
            }

            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    Directory.CreateDirectory(path);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    await entry.ExtractToFileAsync(path, overwrite: false, cancellationToken);
                    break;
                default:
                    throw new InvalidDataException($"The artifact's entry '{entry.Name}' is a {entry.EntryType}; files and directories are allowed.");
            }
        }
    }
}
