using System.Text.Json;
using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;

namespace MuLambda.Executor.Tests;

public sealed class FollowTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private FakeRegistry _registry = null!;

    public async Task InitializeAsync()
    {
        foreach (var version in new[] { 1, 2, 3 })
        {
            OnnxFiles.Affine(_folder[$"v{version}"], 1f, version);
        }

        _registry = await FakeRegistry.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _registry.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_newest_version_takes_over_when_it_is_pushed()
    {
        _registry.Add("affine", 1, _folder["v1"]);
        await using var executor = await StartAsync("affine");
        (await AskAsync(executor, "affine")).ShouldBe(1f);

        _registry.Add("affine", 2, _folder["v2"]);

        await RunningExecutor.UntilAsync(() => executor.Models.Status("affine", VersionChoice.Latest) is [{ Version: 2, State: ModelState.Available }, { Version: 1, State: ModelState.End }]);
        (await AskAsync(executor, "affine")).ShouldBe(2f);
    }

    [Fact]
    public async Task A_damaged_version_of_the_registry_leaves_the_old_one_serving()
    {
        _registry.Add("affine", 1, _folder["v1"]);
        await using var executor = await StartAsync("affine");
        Directory.CreateDirectory(_folder["broken"]);
        await File.WriteAllTextAsync(_folder["broken/model.onnx"], "this is no model");

        _registry.Add("affine", 2, _folder["broken"]);

        await RunningExecutor.UntilAsync(() => executor.Models.Status("affine", VersionChoice.Latest) is [{ Version: 2, State: ModelState.End, Message.Length: > 0 }, _]);
        (await AskAsync(executor, "affine")).ShouldBe(1f);
        (await executor.GetAsync("/health")).Status.ShouldBe(200);

        _registry.Add("affine", 3, _folder["v3"]);
        await RunningExecutor.UntilAsync(() => executor.Models.Status("affine", VersionChoice.Of(1L)).Single().State == ModelState.End);
        (await AskAsync(executor, "affine")).ShouldBe(3f);
    }

    [Fact]
    public async Task A_glob_serves_what_matches_now_and_later_and_drops_what_is_deleted()
    {
        _registry.Add("vision-a", 1, _folder["v1"]);
        _registry.Add("vision-x", 1, _folder["v1"]);
        _registry.Add("audio-a", 1, _folder["v1"]);
        await using var executor = await RunningExecutor.StartAsync(Options("vision-*") with { Excluded = ["*-x"] });
        await RunningExecutor.UntilAsync(() => executor.Models.IsReady(out _) && executor.Models.Names is ["vision-a"]);

        _registry.Add("vision-b", 2, _folder["v2"]);
        await RunningExecutor.UntilAsync(() => executor.Models.IsKnown("vision-b"));
        (await AskAsync(executor, "vision-b")).ShouldBe(2f);
        executor.Models.Names.ShouldBe(["vision-a", "vision-b"]);

        _registry.Delete("vision-a", 1);
        await RunningExecutor.UntilAsync(() => !executor.Models.IsKnown("vision-a"));
        executor.Models.Names.ShouldBe(["vision-b"]);
        (await executor.PostAsync("/v1/models/vision-a:predict", """{"instances": [0]}""")).Status.ShouldBe(404);
        (await executor.GetAsync("/health")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_glob_that_matches_a_damaged_model_is_ready_with_the_others()
    {
        Directory.CreateDirectory(_folder["broken"]);
        await File.WriteAllTextAsync(_folder["broken/model.onnx"], "this is no model");
        _registry.Add("broken", 1, _folder["broken"]);
        _registry.Add("affine", 1, _folder["v1"]);

        await using var executor = await StartAsync("*");

        await RunningExecutor.UntilAsync(() => executor.Models.IsReady(out _) && executor.Models.Names.Count == 2);
        (await executor.GetAsync("/health")).Status.ShouldBe(200);
        executor.Models.Status("broken", VersionChoice.Latest).Single().State.ShouldBe(ModelState.End);
    }

    [Fact]
    public async Task The_cache_stands_in_for_a_registry_that_is_away_in_globs_too()
    {
        _registry.Add("affine", 1, _folder["v1"]);
        await using (var executor = await StartAsync("affine"))
        {
            await executor.Loaded;
        }

        await _registry.DisposeAsync();
        await using var offline = await StartAsync("*");

        await RunningExecutor.UntilAsync(() => offline.Models.IsKnown("affine"));
        (await AskAsync(offline, "affine")).ShouldBe(1f);
    }

    [Fact]
    public async Task An_artifact_that_left_the_cache_is_downloaded_when_its_model_comes_again()
    {
        _registry.Add("a", 1, _folder["v1"]);
        _registry.Add("b", 1, _folder["v2"]);
        await using var executor = await RunningExecutor.StartAsync(Options("a", "b") with
        {
            MaxModelBytes = MemoryEstimate.Of(new DirectoryInfo(_folder["v1"]).EnumerateFiles().Sum(file => file.Length)),
        });
        _registry.Downloads.ShouldBe(2);
        foreach (var artifact in Directory.GetFiles(_folder["cache/sha256"]))
        {
            File.Delete(artifact);
        }

        (await AskAsync(executor, "a")).ShouldBe(1f);
        (await AskAsync(executor, "b")).ShouldBe(2f);

        _registry.Downloads.ShouldBeGreaterThan(2);
    }

    private ExecutorOptions Options(params string[] models) => new()
    {
        Models = [.. models.Select(model => new ModelSource(model, null, null))],
        Registry = _registry.Url,
        Cache = _folder["cache"],
    };

    private Task<RunningExecutor> StartAsync(string model) => RunningExecutor.StartAsync(Options(model));

    private static async Task<float> AskAsync(RunningExecutor executor, string model)
    {
        var (status, answer) = await executor.PostAsync($"/v1/models/{model}:predict", """{"instances": [0]}""");
        status.ShouldBe(200, answer.GetRawText());
        return answer.GetProperty("predictions").Deserialize<float[]>()!.Single();
    }
}
