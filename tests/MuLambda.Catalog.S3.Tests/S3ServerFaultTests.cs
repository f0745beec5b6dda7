using System.Security.Cryptography;
using MuLambda.Catalog.Artifacts;

namespace MuLambda.Catalog.S3.Tests;

public sealed class S3ServerFaultTests : IAsyncLifetime, IDisposable
{
    private const int Part = S3ArtifactOptions.MinPartBytes;

    private readonly S3Server _server = new();

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_server_killed_in_the_middle_of_an_upload_is_an_error_and_nothing_is_visible_when_it_is_back()
    {
        using (var store = await S3ArtifactStore.OpenAsync(_server.Options("models")))
        {
            await store.PutAsync("kept", new MemoryStream([1]));
            var content = new InterruptedStream(3 * Part, 2 * Part, _server.KillAsync);

            (await Should.ThrowAsync<IOException>(() => store.PutAsync("a", content))).Message.ShouldContain("bucket models");
        }

        await _server.StartAsync();
        _server.Uploads("models").Count().ShouldBe(1);
        using var again = await S3ArtifactStore.OpenAsync(_server.Options("models"));

        (await again.ListAsync().ToListAsync()).ShouldBe([new ArtifactInfo("kept", 1)]);
        (await again.OpenAsync("a")).ShouldBeNull();
        _server.Uploads("models").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_killed_in_the_middle_of_a_download_is_an_error_and_no_short_artifact()
    {
        using var store = await S3ArtifactStore.OpenAsync(_server.Options("models"));
        await store.PutAsync("a", new MemoryStream(RandomNumberGenerator.GetBytes(8 * Part)));
        await using var reader = (await store.OpenAsync("a"))!;
        await reader.ReadExactlyAsync(new byte[1000]);

        await _server.KillAsync();

        await Should.ThrowAsync<IOException>(() => reader.CopyToAsync(Stream.Null));
    }
}
