using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace MuLambda.Cli.Tests.Platform;

/// <summary>An <c>npm</c> on a PATH of its own, whose <c>pack</c> brings one archive, and counts how often it did.</summary>
internal sealed class FakeNpm
{
    private readonly CommandLine line;

    public FakeNpm(CommandLine line, string script = "cp \"$FAKE/package.tgz\" \"$4/made-up-name.tgz\"; echo \"$2\" >> \"$FAKE/calls\"")
    {
        this.line = line;
        var directory = Path.Combine(line.CurrentDirectory, "bin");
        var npm = line.Write("bin/npm", $"#!/bin/sh\nFAKE='{directory}'\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(npm, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        line.Environment["PATH"] = $"{directory}:{Environment.GetEnvironmentVariable("PATH")}";
        line.Environment["XDG_CACHE_HOME"] = CacheHome;
    }

    public string CacheHome => Path.Combine(line.CurrentDirectory, "cache");

    /// <summary>What was asked for, one fetch each.</summary>
    public IReadOnlyList<string> Calls =>
        File.Exists(Path.Combine(line.CurrentDirectory, "bin", "calls")) ? File.ReadAllLines(Path.Combine(line.CurrentDirectory, "bin", "calls")) : [];

    /// <summary>Makes the archive and tells its integrity.</summary>
    public string Pack(params (string Path, byte[] Content)[] files)
    {
        using var archive = new MemoryStream();
        using (var gzip = new GZipStream(archive, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            foreach (var (path, content) in files)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(content) });
            }
        }

        line.Write("bin/package.tgz", archive.ToArray());
        return $"sha512-{Convert.ToBase64String(SHA512.HashData(archive.ToArray()))}";
    }
}
