using System.Formats.Tar;
using System.IO.Compression;
using MuLambda.Cli.Commands;

namespace MuLambda.Cli.Npm;

/// <summary>Takes single files out of a package's archive.</summary>
internal static class PackageArchive
{
    private const int MaxEntries = 100_000;
    private const long MaxBytes = 1L << 30;

    /// <summary>Whether a path, written with slashes, stays inside the package.</summary>
    public static bool IsInside(string path) =>
        path.Split('/').All(part => part is not ("" or "." or "..")) && path.AsSpan().IndexOfAny("\\:\0") < 0;

    /// <summary>Extracts files to the same paths below a directory.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="paths">The files' paths inside the package, each of them <see cref="IsInside"/>.</param>
    /// <param name="directory">Where to write them.</param>
    /// <param name="cancellationToken">Stops it between two files.</param>
    /// <exception cref="CliException">A file is not in the package, or is too large.</exception>
    public static async Task ExtractAsync(string archive, IReadOnlySet<string> paths, string directory, CancellationToken cancellationToken)
    {
        var missing = paths.ToHashSet(StringComparer.Ordinal);
        try
        {
            await using var file = File.OpenRead(archive);
            await using var tarball = new GZipStream(file, CompressionMode.Decompress);
            await using var tar = new TarReader(tarball);
            for (var entries = 0; missing.Count > 0 && await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry; entries++)
            {
                if (entries == MaxEntries)
                {
                    throw new CliException(ExitCodes.Failed, $"{archive} has more than {MaxEntries} files.");
                }

                // An archive has one folder at its root, mostly called "package"; the paths begin below it.
                var path = entry.Name[(entry.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !missing.Remove(path))
                {
                    continue;
                }

                if (entry.Length > MaxBytes)
                {
                    throw new CliException(ExitCodes.Failed, $"{path} in {archive} has {entry.Length} bytes; the limit is {MaxBytes}.");
                }

                var target = Path.Combine(directory, path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                await using var content = new FileStream(target, FileMode.Create, FileAccess.Write);
                await (entry.DataStream ?? Stream.Null).CopyToAsync(content, cancellationToken);
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new CliException(ExitCodes.Failed, $"{archive} is no archive of a package: {e.Message}", e);
        }

        if (missing.Count > 0)
        {
            throw new CliException(ExitCodes.Failed, $"{archive} has no {string.Join(", ", missing.Order(StringComparer.Ordinal))}.");
        }
    }
}
