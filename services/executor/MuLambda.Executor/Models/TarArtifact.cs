using System.Formats.Tar;
using System.Text;

namespace MuLambda.Executor.Models;

/// <summary>Unpacks an artifact: a tar of plain files and directories below its root.</summary>
internal static class TarArtifact
{
    private const int MaxEntries = 10_000;
    private const int Block = 512;
    private const int MaxNameBytes = 64 * 1024;

    /// <summary>Unpacks into an empty directory.</summary>
    /// <exception cref="InvalidDataException">
    /// The tar is damaged, an entry lies outside, is no file or directory, or there are too many.
    /// </exception>
    public static async Task UnpackAsync(string tar, string directory, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(tar);
        try
        {
            await CheckNamesAsync(file, cancellationToken);
            file.Position = 0;
            await UnpackAsync(file, Path.GetFullPath(directory) + Path.DirectorySeparatorChar, cancellationToken);
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            throw new InvalidDataException($"The artifact is damaged or cut off: {e.Message}", e);
        }
    }

    private static async Task UnpackAsync(FileStream file, string root, CancellationToken cancellationToken)
    {
        await using var reader = new TarReader(file, leaveOpen: true);
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
                    if (entry.Length > file.Length)
                    {
                        throw new InvalidDataException($"The artifact is cut off: its entry '{entry.Name}' declares {entry.Length} bytes.");
                    }

                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    await entry.ExtractToFileAsync(path, overwrite: false, cancellationToken);
                    break;
                default:
                    throw new InvalidDataException($"The artifact's entry '{entry.Name}' is a {entry.EntryType}; files and directories are allowed.");
            }
        }
    }

    // The library allocates what a header of long names or attributes declares, however much that is.
    private static async Task CheckNamesAsync(FileStream tar, CancellationToken cancellationToken)
    {
        var header = new byte[Block];
        while (await tar.ReadAtLeastAsync(header, Block, throwOnEndOfStream: false, cancellationToken) == Block)
        {
            var digits = Encoding.ASCII.GetString(header, 124, 12).Trim('\0', ' ');
            if (digits.Length == 0)
            {
                continue;
            }

            var size = digits.All(static c => c is >= '0' and <= '7') ? Convert.ToInt64(digits, 8) : long.MaxValue;
            if (size > tar.Length - tar.Position || (header[156] is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K' && size > MaxNameBytes))
            {
                throw new InvalidDataException($"The artifact is damaged or cut off: a header before byte {tar.Position} declares '{digits}' bytes.");
            }

            tar.Position += (size + Block - 1) / Block * Block;
        }
    }
}
