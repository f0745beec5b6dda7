using System.Text.Json;
using MuLambda.Catalog;
using MuLambda.Executor.Models;
using MuLambda.Executor.Tests.Support;

namespace MuLambda.Executor.Tests;

public sealed class CacheTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_least_recently_used_artifacts_go_until_the_rest_fits()
    {
        var cache = new ArtifactCache(_folder["cache"]);
        await AddAsync(cache, "a", used: Now.AddHours(-1));
        await AddAsync(cache, "b", used: Now.AddHours(-3));
        await AddAsync(cache, "c", used: Now.AddHours(-2));

        cache.Prune(maxBytes: 300, Now).ShouldBe((0, 0));
        cache.Prune(maxBytes: 150, Now).ShouldBe((2, 200));

        cache.List().Select(model => model.Name).ShouldBe(["a"]);
        Directory.GetFiles(_folder["cache/models"], "*.json", SearchOption.AllDirectories).Length.ShouldBe(1);
    }

    [Fact]
    public async Task What_an_executor_uses_stays_even_beyond_the_bound()
    {
        var cache = new ArtifactCache(_folder["cache"]);
        await AddAsync(cache, "a", used: Now.AddHours(-1));
        await AddAsync(cache, "b", used: Now.AddHours(-2));
        var otherExecutors = new ArtifactCache(_folder["cache"]);
        otherExecutors.Touch([Sha256("b"), Sha256("gone")], Now);

        cache.Prune(maxBytes: 0, Now.AddMinutes(10)).ShouldBe((1, 100));
        cache.List().Select(model => model.Name).ShouldBe(["b"]);

        cache.Prune(maxBytes: 0, Now.AddMinutes(16)).ShouldBe((1, 100));
        cache.List().ShouldBeEmpty();
    }

    [Fact]
    public void A_cache_that_is_not_there_has_nothing_to_prune() =>
        new ArtifactCache(_folder["cache"]).Prune(maxBytes: 0, Now).ShouldBe((0, 0));

    private static async Task AddAsync(ArtifactCache cache, string name, DateTimeOffset used)
    {
        var model = JsonSerializer.Deserialize(
            $$"""
            {"name": "{{name}}", "version": 1, "task": "regression", "input": "tensor", "output": "tensor",
             "accuracy": {"metric": "r2", "value": 0.9, "dataset": "none"}, "signatures": [], "format": "onnx", "bytes": 100,
             "sha256": "{{Sha256(name)}}", "description": null, "createdAt": "2026-03-02T00:00:00+00:00"}
            """,
            CatalogJson.Default.Model)!;
        var path = await cache.AddAsync(model, async file => await file.WriteAsync(new byte[100]), CancellationToken.None);
        File.SetLastAccessTimeUtc(path, used.UtcDateTime);
    }

    private static string Sha256(string name) => name.PadRight(64, '0');
}
