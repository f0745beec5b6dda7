using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace MuLambda.Registry.Tests;

/// <summary>Archives, honest and hostile.</summary>
internal static class Archives
{
    public static MemoryStream Zip(params (string Name, byte[] Content)[] files)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        stream.Position = 0;
        return stream;
    }

    public static MemoryStream ZipOfLink(string name, string target)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry(name);
            entry.ExternalAttributes = unchecked((int)0xA1FF0000);
            using var content = entry.Open();
            content.Write(Encoding.UTF8.GetBytes(target));
        }

        stream.Position = 0;
        return stream;
    }

    public static MemoryStream Tar(params (string Name, byte[] Content)[] files) =>
        TarOf([.. files.Select(f => (TarEntry)new PaxTarEntry(TarEntryType.RegularFile, f.Name) { DataStream = new MemoryStream(f.Content) })]);

    public static MemoryStream TarOf(params TarEntry[] entries)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                tar.WriteEntry(entry);
            }
        }

        stream.Position = 0;
        return stream;
    }

    public static TarEntry Link(TarEntryType type, string name, string target) =>
        new PaxTarEntry(type, name) { LinkName = target };

    /// <summary>One header that declares more than there is.</summary>
    public static MemoryStream TarHeader(char type, string name, long declaredSize)
    {
        var block = new byte[1024];
        Encoding.ASCII.GetBytes(name).CopyTo(block, 0);
        Encoding.ASCII.GetBytes("0000644\0").CopyTo(block, 100);
        Encoding.ASCII.GetBytes(Convert.ToString(declaredSize, 8).PadLeft(11, '0') + "\0").CopyTo(block, 124);
        Encoding.ASCII.GetBytes("00000000000\0").CopyTo(block, 136);
        block[156] = (byte)type;
        Encoding.ASCII.GetBytes("ustar\00000").CopyTo(block, 257);
        Encoding.ASCII.GetBytes("        ").CopyTo(block, 148);
        var sum = block.Take(512).Sum(static b => b);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block, 148);
        return new MemoryStream(block);
    }

    public static MemoryStream Gzip(Stream content)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true))
        {
            content.CopyTo(gzip);
        }

        stream.Position = 0;
        return stream;
    }

    public static MemoryStream Cut(MemoryStream stream, double share) =>
        new(stream.ToArray()[..(int)(stream.Length * share)]);
}
