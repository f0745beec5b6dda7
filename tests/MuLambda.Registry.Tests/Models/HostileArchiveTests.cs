using System.Formats.Tar;
using System.Net;

namespace MuLambda.Registry.Tests.Models;

public sealed class HostileArchiveTests(HostileArchiveTests.Target target) : IClassFixture<HostileArchiveTests.Target>
{
    private static readonly (string, byte[]) Model = ("saved_model.pb", Sample.SavedModel());

    private readonly RegistryServer _registry = target.Registry;

    public static TheoryData<string, HttpStatusCode, Func<Stream>> Hostile => new()
    {
        { "a zip that climbs out", Unprocessable, () => Archives.Zip(Model, ("../../escaped", [1])) },
        { "a zip that climbs out in the middle", Unprocessable, () => Archives.Zip(Model, ("a/../../../escaped", [1])) },
        { "a zip with an absolute path", Unprocessable, () => Archives.Zip(Model, ("/tmp/escaped", [1])) },
        { "a zip with a Windows path", Unprocessable, () => Archives.Zip(Model, ("..\\escaped", [1])) },
        { "a zip with a drive", Unprocessable, () => Archives.Zip(Model, ("c:escaped", [1])) },
        { "a zip with a link", Unprocessable, () => Archives.ZipOfLink("saved_model.pb", "/etc/passwd") },
        { "a zip with a name twice", Unprocessable, () => Archives.Zip(Model, Model) },
        { "a zip with a name in two cases", Unprocessable, () => Archives.Zip(Model, ("A", [1]), ("a", [2])) },
        { "a zip with a file in a file", Unprocessable, () => Archives.Zip(Model, ("a", [1]), ("a/b", [2])) },
        { "a zip with a directory that is a file", Unprocessable, () => Archives.Zip(Model, ("a/b", [1]), ("a", [2])) },
        { "a zip with a control character", Unprocessable, () => Archives.Zip(Model, ("a\u001b[31m", [1])) },
        { "a zip with a very long name", Unprocessable, () => Archives.Zip(Model, (new string('a', 300), [1])) },
        { "a zip with an endless name", Unprocessable, () => Archives.Zip(Model, (string.Join('/', Enumerable.Repeat("aaaa", 1000)), [1])) },
        { "a zip that is deep", Unprocessable, () => Archives.Zip(Model, (string.Join('/', Enumerable.Repeat("a", 40)), [1])) },
        { "a zip bomb", TooLarge, () => Archives.Zip(Model, ("zeros", new byte[40_000_000])) },
        { "a zip with 100,000 entries", TooLarge, () => Archives.Zip([Model, .. Enumerable.Range(0, 100_000).Select(i => ($"f{i}", Array.Empty<byte>()))]) },
        { "a zip with more entries than allowed", TooLarge, () => Archives.Zip([Model, .. Enumerable.Range(0, 10_000).Select(i => ($"f{i}", Array.Empty<byte>()))]) },
        { "a zip that is cut off", Unprocessable, () => Archives.Cut(Archives.Zip(Model), 0.6) },
        { "a zip without a file", Unprocessable, () => Archives.Zip() },
        { "a zip in a zip", Unprocessable, () => Archives.Zip(("model.zip", Archives.Zip(Model).ToArray())) },
        { "a tar that climbs out", Unprocessable, () => Archives.Tar(Model, ("../escaped", [1])) },
        { "a tar with an absolute path", Unprocessable, () => Archives.Tar(Model, ("/tmp/escaped", [1])) },
        { "a tar with a symbolic link", Unprocessable, () => Archives.TarOf(Archives.Link(TarEntryType.SymbolicLink, "saved_model.pb", "/etc/passwd")) },
        { "a tar with a link to a directory", Unprocessable, () => Archives.TarOf(Archives.Link(TarEntryType.SymbolicLink, "a", "/tmp"), File("a/escaped")) },
        { "a tar with a hard link", Unprocessable, () => Archives.TarOf(File("x"), Archives.Link(TarEntryType.HardLink, "y", "x")) },
        { "a tar with a fifo", Unprocessable, () => Archives.TarOf(new PaxTarEntry(TarEntryType.Fifo, "pipe")) },
        { "a tar with a device", Unprocessable, () => Archives.TarOf(new PaxTarEntry(TarEntryType.CharacterDevice, "null") { DeviceMajor = 1, DeviceMinor = 3 }) },
        { "a tar with a name twice", Unprocessable, () => Archives.Tar(Model, Model) },
        { "a tar that declares 8 GiB", Unprocessable, () => Archives.TarHeader('0', "saved_model.pb", (8L << 30) - 1) },
        { "a tar that declares attributes of 2 GB", Unprocessable, () => Archives.TarHeader('x', "x", 2_000_000_000) },
        { "a tar that declares a name of 2 GB", Unprocessable, () => Archives.TarHeader('L', "././@LongLink", 2_000_000_000) },
        { "a tar with more entries than allowed", TooLarge, () => Archives.Tar([Model, .. Enumerable.Range(0, 10_000).Select(i => ($"f{i}", Array.Empty<byte>()))]) },
        { "a tar that is cut off", Unprocessable, () => Archives.Cut(Archives.Tar(Model), 0.3) },
        { "a gzip bomb", TooLarge, () => Archives.Gzip(Archives.Tar(Model, ("zeros", new byte[60_000_000]))) },
        { "a gzip that is cut off", Unprocessable, () => Archives.Cut(Archives.Gzip(Archives.Tar(Model)), 0.5) },
        { "a gzip of a zip", Unprocessable, () => Archives.Gzip(Archives.Zip(Model)) },
        { "nothing", Unprocessable, () => new MemoryStream() },
        { "zeros", Unprocessable, () => new MemoryStream(new byte[5000]) },
        { "a model without an archive", Unprocessable, () => new MemoryStream(Sample.SavedModel()) },
        { "text", Unprocessable, () => new MemoryStream("this is no archive at all"u8.ToArray()) },
        { "a tar of something else", Unprocessable, () => Archives.Tar(("readme.md", [1])) },
        { "a model of noise", Unprocessable, () => Archives.Tar(("saved_model.pb", [255, 254, 1, 2, 3])) },
    };

    private static HttpStatusCode Unprocessable => HttpStatusCode.UnprocessableEntity;

    private static HttpStatusCode TooLarge => HttpStatusCode.RequestEntityTooLarge;

    [Theory]
    [MemberData(nameof(Hostile), DisableDiscoveryEnumeration = true)]
    public async Task It_is_refused_and_nothing_of_it_stays(string what, HttpStatusCode status, Func<Stream> archive)
    {
        var refused = await Should.ThrowAsync<RegistryException>(
            () => _registry.Client.PutModelAsync(Sample.Upload(), archive()), what);

        refused.Status.ShouldBe(status, refused.Detail);
        refused.Detail.ShouldNotBeNullOrEmpty();
        refused.Detail.ShouldNotContain(_registry.State);
        Directory.EnumerateFiles(_registry.State, "*", SearchOption.AllDirectories)
            .ShouldAllBe(f => Path.GetFileName(f).StartsWith("catalog.db", StringComparison.Ordinal));
        Directory.EnumerateFiles(Path.GetDirectoryName(_registry.State)!).ShouldBeEmpty();
        System.IO.File.Exists("/tmp/escaped").ShouldBeFalse();
    }

    [Fact]
    public async Task An_honest_upload_after_hostile_ones_works()
    {
        await using var registry = await RegistryServer.StartAsync();
        await Should.ThrowAsync<RegistryException>(
            () => registry.Client.PutModelAsync(Sample.Upload(), Archives.Zip(Model, ("../escaped", [1]))));

        (await registry.PutModelAsync()).Name.ShouldBe("echo");
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_naming_the_limit()
    {
        await using var small = await RegistryServer.StartAsync(null, "--max-upload-bytes", "1000");

        var refused = await Should.ThrowAsync<RegistryException>(
            () => small.Client.PutModelAsync(Sample.Upload(), new MemoryStream(new byte[1001])));

        refused.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        refused.Detail!.ShouldContain("1000 bytes");
    }

    [Fact]
    public async Task Files_over_the_limit_are_refused_naming_the_limit()
    {
        await using var small = await RegistryServer.StartAsync(null, "--max-unpacked-bytes", "2000", "--max-entries", "3");

        var bytes = await Should.ThrowAsync<RegistryException>(
            () => small.Client.PutModelAsync(Sample.Upload(), Archives.Zip(Model, ("a", new byte[2000]))));
        var entries = await Should.ThrowAsync<RegistryException>(
            () => small.Client.PutModelAsync(Sample.Upload(), Archives.Zip(Model, ("a", []), ("b", []), ("c", []))));

        bytes.Detail!.ShouldContain("2000 bytes");
        entries.Detail!.ShouldContain("3 entries");
    }

    private static PaxTarEntry File(string name) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream([1]) };

    /// <summary>The registry that takes every blow.</summary>
    public sealed class Target : IAsyncLifetime
    {
        internal RegistryServer Registry { get; private set; } = null!;

        public async Task InitializeAsync() => Registry = await RegistryServer.StartAsync();

        public async Task DisposeAsync() => await Registry.DisposeAsync();
    }
}
