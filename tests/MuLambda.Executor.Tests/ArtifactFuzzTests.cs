using System.Formats.Tar;
using System.Text;
using MuLambda.Executor.Models;
using MuLambda.Executor.Tests.Support;
using Xunit.Abstractions;

namespace MuLambda.Executor.Tests;

/// <summary>A damaged artifact is refused or, where the damage does no harm, unpacked; nothing else happens.</summary>
public sealed class ArtifactFuzzTests(ITestOutputHelper output) : IDisposable
{
    private static readonly byte[] Artifact = Tar();
    private readonly TempFolder folder = new();
    private int number;

    [Fact]
    public void Damaged_bytes()
    {
        Unpack(Artifact).ShouldBeNull();
        new FuzzCampaign("artifacts", 300, output.WriteLine).Run(r => ByteMutator.Damage(Artifact, r), Unpack).ShouldBeInRange(.1, .99);
    }

    [Fact]
    public void Damaged_bytes_under_the_right_checksums() =>
        new FuzzCampaign("artifacts' headers", 300, output.WriteLine).Run(r => TarChecksums.Seal(ByteMutator.Damage(Artifact, r)), Unpack).ShouldBeInRange(.1, .99);

    [Fact]
    public void A_name_of_two_gigabytes_is_refused_before_it_is_read()
    {
        var tar = Artifact.ToArray();
        tar[156] = (byte)'L';
        Encoding.ASCII.GetBytes("17777777777").CopyTo(tar, 124);
        Unpack(TarChecksums.Seal(tar)).ShouldNotBeNull().ShouldContain("declares '17777777777' bytes");
    }

    public void Dispose() => folder.Dispose();

    private string? Unpack(byte[] tar)
    {
        var file = folder["tar"];
        var directory = Directory.CreateDirectory(folder[$"d{number++}"]);
        File.WriteAllBytes(file, tar);
        try
        {
            TarArtifact.UnpackAsync(file, directory.FullName, CancellationToken.None).GetAwaiter().GetResult();
            return null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
        finally
        {
            Directory.EnumerateFileSystemEntries(folder.Path).Count().ShouldBe(2);
            directory.EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length).ShouldBeLessThanOrEqualTo(tar.Length);
            directory.Delete(recursive: true);
        }
    }

    private static byte[] Tar()
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Gnu, leaveOpen: true))
        {
            foreach (var (name, size) in new[] { ("saved_model.pb", 700), ("variables/variables.index", 100), ("assets/" + new string('a', 150), 20) })
            {
                tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(new byte[size]) });
            }
        }

        return stream.ToArray();
    }
}
