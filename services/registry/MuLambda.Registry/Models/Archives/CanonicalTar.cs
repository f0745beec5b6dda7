using System.Formats.Tar;
using System.Security.Cryptography;

namespace MuLambda.Registry.Models.Archives;

/// <summary>Writes a directory's files as a tar that depends on their names and contents only.</summary>
internal static class CanonicalTar
{
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Packs a directory.</summary>
    /// <returns>The tar's SHA-256 in lower-case hexadecimal.</returns>
    public static async Task<string> PackAsync(string directory, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, useAsync: true);

        // GNU's format holds long names without the process' id that .NET writes into the names of POSIX headers.
        await using (var tar = new TarWriter(file, TarEntryFormat.Gnu, leaveOpen: true))
        {
            var names = Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(directory, f).Replace(Path.DirectorySeparatorChar, '/'))
                .Order(StringComparer.Ordinal);
            foreach (var name in names)
            {
                await using var content = new FileStream(
                    Path.Combine(directory, name), FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, useAsync: true);
                await tar.WriteEntryAsync(
                    new GnuTarEntry(TarEntryType.RegularFile, name)
                    {
                        DataStream = content,
                        Mode = Mode,
                        ModificationTime = DateTimeOffset.UnixEpoch,
                        AccessTime = DateTimeOffset.UnixEpoch,
                        ChangeTime = DateTimeOffset.UnixEpoch,
                        Uid = 0,
                        Gid = 0,
                        UserName = "",
                        GroupName = "",
                    },
                    cancellationToken);
            }
        }

        await file.FlushAsync(cancellationToken);
        file.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
