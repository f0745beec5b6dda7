using System.Security.Cryptography;
using MuLambda.Catalog.Redis.Tests;
using MuLambda.Catalog.S3.Tests;

namespace MuLambda.Registry.Tests.Hosting;

/// <summary>The registry with its catalog in Redis and S3.</summary>
public sealed class ExternalStoresTests : IAsyncLifetime, IDisposable
{
    private readonly RedisServer _redis = new();
    private readonly S3Server _s3 = new();
    private readonly TestDirectory _directory = new();

    private Dictionary<string, string> Environment => new()
    {
        ["ConnectionStrings__metadata"] = _redis.Configuration,
        ["ConnectionStrings__artifacts"] =
            $"Endpoint={_s3.Options("models").Endpoint};AccessKey=S3RVER;SecretKey=S3RVER;Bucket=models",
    };

    public Task InitializeAsync() => Task.WhenAll(_redis.InitializeAsync(), _s3.InitializeAsync());

    public Task DisposeAsync() => Task.WhenAll(_redis.DisposeAsync(), _s3.DisposeAsync());

    public void Dispose()
    {
        _redis.Dispose();
        _s3.Dispose();
        _directory.Dispose();
    }

    [RedisFact]
    public async Task A_registry_on_another_machine_finds_the_models_and_clients_and_goes_on_with_the_feed()
    {
        Model pushed;
        using (var registry = await RegistryProcess.StartAsync(_directory.File("one"), Environment))
        {
            pushed = (await registry.Client.PutModelAsync(
                Sample.Upload(), Archives.Zip(("saved_model.pb", Sample.SavedModel())))).Value;
            await registry.Client.PutClientAsync(Sample.Client("kept"));
            await registry.KillAsync();
        }

        using var again = await RegistryProcess.StartAsync(_directory.File("two"), Environment);

        (await again.Client.ListClientsAsync()).ShouldHaveSingleItem().Id.ShouldBe("kept");
        var model = (await again.Client.ListModelsAsync()).ShouldHaveSingleItem();
        (model.Reference, model.Sha256).ShouldBe((pushed.Reference, pushed.Sha256));
        var tar = new MemoryStream();
        await again.Client.DownloadArtifactAsync(model, tar);
        Convert.ToHexStringLower(SHA256.HashData(tar.ToArray())).ShouldBe(model.Sha256);
        await using var feed = again.Client.WatchAsync(1, null, Deadline.Token()).GetAsyncEnumerator();
        (await feed.MoveNextAsync()).ShouldBeTrue();
        (feed.Current.Type, feed.Current.Revision, feed.Current.Id).ShouldBe((CatalogChangeType.Put, 2, "kept"));
        Directory.Exists(_directory.File("two/artifacts")).ShouldBeFalse();
        (await again.TerminateAsync()).ShouldBe(0);
    }

    [RedisTheory]
    [InlineData("ConnectionStrings__metadata", "127.0.0.1:1,hunter2=1", 2, "ConnectionStrings:metadata")]
    [InlineData("ConnectionStrings__artifacts", "Endpoint=http://127.0.0.1:1;hunter2=1", 2, "ConnectionStrings:artifacts")]
    [InlineData("ConnectionStrings__artifacts", "Endpoint=http://127.0.0.1:1;AccessKey=a;SecretKey=hunter2", 1, "127.0.0.1:1")]
    public async Task A_connection_string_that_cannot_be_used_ends_it_with_a_reason_and_without_the_secret(
        string name, string value, int code, string reason)
    {
        var environment = Environment;
        environment[name] = value;

        var run = await RegistryProcess.RunAsync(
            ["--urls", "http://127.0.0.1:0", "--state", _directory.File("one")], environment);

        run.Code.ShouldBe(code);
        run.Error.ShouldContain(reason);
        run.Error.ShouldNotContain("hunter2");
    }
}
