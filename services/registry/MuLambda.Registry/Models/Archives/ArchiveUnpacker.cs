using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;

namespace MuLambda.Registry.Models.Archives;

/// <summary>Unpacks a zip, a tar or a gzipped tar of a stranger; the content decides which it is.</summary>
internal static class ArchiveUnpacker
{
    /// <summary>Unpacks an archive.</summary>
    /// <param name="upload">Its body is the archive; its files are written.</param>
    /// <param name="limits">What it may hold.</param>
    /// <param name="cancellationToken">Ends the unpacking.</param>
    /// <returns>The bytes of the files.</returns>
    /// <exception cref="ArchiveException">It cannot or must not be unpacked.</exception>
    public static async Task<long> UnpackAsync(
        UploadDirectory upload, ArchiveLimits limits, CancellationToken cancellationToken)
    {
        await using var body = Open(upload.Body);
        var target = new ArchiveTarget(upload.Files, limits, body.Length);
        try
        {
            switch (await ReadMagicAsync(body, cancellationToken))
            {
                case 0x504B0304 or 0x504B0506:
                    await UnzipAsync(body, target, limits, cancellationToken);
                    break;
                case >= 0x1F8B0000 and <= 0x1F8BFFFF:
                    await GunzipAsync(body, upload.Tar, limits, cancellationToken);
                    await using (var tar = Open(upload.Tar))
                    {
                        await UntarAsync(tar, target, limits, cancellationToken);
                    }

                    break;
                default:
                    await UntarAsync(body, target, limits, cancellationToken);
                    break;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or FormatException
            or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new ArchiveException($"The archive is damaged or cut off: {exception.Message}", inner: exception);
        }

        return target.Bytes;
    }

    private static async Task UnzipAsync(
        FileStream body, ArchiveTarget target, ArchiveLimits limits, CancellationToken cancellationToken)
    {
        ZipDirectory.Check(body, limits);
        using var zip = new ZipArchive(body, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in zip.Entries)
        {
            // The type of a Unix file, where a Unix made the archive: 4 is a directory, 8 a file, 0 not said.
            var type = (entry.ExternalAttributes >> 28) & 0xF;
            if (entry.IsEncrypted || type is not (0 or 4 or 8))
            {
                throw new ArchiveException(
                    $"The entry '{ArchiveTarget.Show(entry.FullName)}' is encrypted, a link or a device; only files and directories are taken.");
            }

            if (entry.FullName.EndsWith('/'))
            {
                target.AddDirectory(entry.FullName);
                continue;
            }

            await using var content = await entry.OpenAsync(cancellationToken);
            await target.AddFileAsync(entry.FullName, content, cancellationToken);
        }
    }

    private static async Task GunzipAsync(
        FileStream body, string path, ArchiveLimits limits, CancellationToken cancellationToken)
    {
        // Headers and padding come on top of the files: a block and less than a block for each.
        var maxBytes = limits.BytesFor(body.Length) + (limits.Entries * 2048L) + (64 * 1024);
        await using var gzip = new GZipStream(body, CompressionMode.Decompress, leaveOpen: true);
        await using var tar = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, useAsync: true);
        var buffer = new byte[128 * 1024];
        while (await gzip.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (tar.Length + read > maxBytes)
            {
                throw new ArchiveException(
                    $"The archive unpacks to more than {maxBytes} bytes (at most {limits.Ratio} times its own {body.Length}).",
                    tooLarge: true);
            }

            await tar.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private static async Task UntarAsync(
        FileStream tar, ArchiveTarget target, ArchiveLimits limits, CancellationToken cancellationToken)
    {
        await TarHeaders.CheckAsync(tar, limits, cancellationToken);
        tar.Position = 0;
        await using var reader = new TarReader(tar, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            switch (entry.EntryType)
            {
                case TarEntryType.Directory or TarEntryType.DirectoryList:
                    target.AddDirectory(entry.Name);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    await target.AddFileAsync(entry.Name, entry.DataStream ?? Stream.Null, cancellationToken);
                    break;
                case TarEntryType.GlobalExtendedAttributes:
                    break;
                default:
                    throw new ArchiveException(
                        $"The entry '{ArchiveTarget.Show(entry.Name)}' is a {entry.EntryType}; only files and directories are taken.");
            }
        }
    }

    private static async Task<uint> ReadMagicAsync(FileStream body, CancellationToken cancellationToken)
    {
        var magic = new byte[4];
        var read = await body.ReadAtLeastAsync(magic, 4, throwOnEndOfStream: false, cancellationToken);
        body.Position = 0;
        return read > 0
            ? BinaryPrimitives.ReadUInt32BigEndian(magic)
            : throw new ArchiveException("The body is empty; it must be a zip, a tar or a gzipped tar of the model.");
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, useAsync: true);
}
