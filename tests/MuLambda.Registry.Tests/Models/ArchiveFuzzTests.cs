using MuLambda.Registry.Models;
using MuLambda.Registry.Models.Archives;
using Xunit.Abstractions;

namespace MuLambda.Registry.Tests.Models;

/// <summary>Damaged archives are refused or, where the damage does no harm, unpacked: inside their directory and within the limits.</summary>
public sealed class ArchiveFuzzTests(ITestOutputHelper output) : IDisposable
{
    private static readonly ArchiveLimits Limits = new(Bytes: 4 << 20, Entries: 100, Ratio: 200);

    private static readonly (string, byte[])[] Files =
        [("1/saved_model.pb", Sample.SavedModel()), ("1/variables/variables.index", [1, 2, 3]), ("1/assets/" + new string('a', 120), new byte[3000])];

    private readonly TestDirectory _directory = new();
    private int _case;

    [Fact]
    public void A_zip() => Campaign("zip", Archives.Zip(Files).ToArray(), ByteMutator.Damage);

    [Fact]
    public void A_tar() => Campaign("tar", Archives.Tar(Files).ToArray(), ByteMutator.Damage);

    [Fact]
    public void A_tar_whose_headers_have_the_right_checksums() =>
        Campaign("tar headers", Archives.Tar(Files).ToArray(), static (bytes, random) => TarChecksums.Seal(ByteMutator.Damage(bytes, random)));

    [Fact]
    public void A_gzipped_tar() => Campaign("gzip", Archives.Gzip(Archives.Tar(Files)).ToArray(), ByteMutator.Damage);

    public void Dispose() => _directory.Dispose();

    private void Campaign(string what, byte[] archive, Func<byte[], Random, byte[]> damage)
    {
        Unpack(archive).ShouldBeNull();
        new FuzzCampaign(what, 400, output.WriteLine).Run(random => damage(archive, random), Unpack).ShouldBeInRange(.2, .99);
    }

    private string? Unpack(byte[] archive)
    {
        var home = Path.Combine(_directory.Path, $"{_case++}");
        using var upload = new UploadDirectory(home);
        File.WriteAllBytes(upload.Body, archive);
        try
        {
            var bytes = ArchiveUnpacker.UnpackAsync(upload, Limits, Deadline.Token()).GetAwaiter().GetResult();
            bytes.ShouldBeLessThanOrEqualTo(Limits.BytesFor(archive.Length));
            return null;
        }
        catch (ArchiveException e)
        {
            return e.Message;
        }
        finally
        {
            // Whatever became of it: nothing lies beside the upload's own directory, and no more in it than allowed.
            Directory.EnumerateFileSystemEntries(_directory.Path).ShouldHaveSingleItem();
            new DirectoryInfo(upload.Files).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length).ShouldBeLessThanOrEqualTo(Limits.BytesFor(archive.Length));
        }
    }
}
