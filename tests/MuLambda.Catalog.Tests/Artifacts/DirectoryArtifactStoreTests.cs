using MuLambda.Catalog.Artifacts;

namespace MuLambda.Catalog.Tests.Artifacts;

public sealed class DirectoryArtifactStoreTests : ArtifactStoreContract, IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_a_crash_left_half_written_is_removed_when_the_store_is_opened()
    {
        var store = await OpenAsync();
        await store.PutAsync("a", new MemoryStream([1]));
        var leftover = _directory.File(Path.Combine(".incoming", "half"));
        await File.WriteAllBytesAsync(leftover, [1, 2, 3]);

        var again = await OpenAsync();

        File.Exists(leftover).ShouldBeFalse();
        (await ReadAsync(again, "a")).ShouldBe([1]);
    }

    [Fact]
    public async Task A_put_leaves_no_temporary_file()
    {
        var store = await OpenAsync();
        await store.PutAsync("a", new MemoryStream([1]));
        await Should.ThrowAsync<ArtifactMismatchException>(() => store.PutAsync("b", new MemoryStream([1]), Hash([2])));

        Directory.EnumerateFiles(_directory.File(".incoming")).ShouldBeEmpty();
    }

    protected override Task<IArtifactStore> OpenAsync() =>
        Task.FromResult<IArtifactStore>(DirectoryArtifactStore.Open(_directory.Path));
}
