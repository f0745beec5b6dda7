using System.Text.Json;
using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;

namespace MuLambda.Executor.Tests;

public sealed class RegistryTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private FakeRegistry _registry = null!;

    public async Task InitializeAsync()
    {
        OnnxFiles.Affine(_folder["v1"], 1f, 1f);
        OnnxFiles.Affine(_folder["v2"], 1f, 2f);
        _registry = await FakeRegistry.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _registry.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_model_comes_by_version_or_as_the_newest()
    {
        _registry.Add("affine", 1, _folder["v1"]);
        _registry.Add("affine", 2, _folder["v2"]);

        await using var first = await RunningExecutor.StartAsync(Options(version: 1));
        (await AskAsync(first)).ShouldBe("""{"predictions":[1.0]}""");
        await using var newest = await RunningExecutor.StartAsync(Options());
        (await AskAsync(newest)).ShouldBe("""{"predictions":[2.0]}""");
        newest.Models.Status("affine", VersionChoice.Of(2L)).Single().State.ShouldBe(ModelState.Available);
    }

    [Fact]
    public async Task The_cache_serves_without_a_download_and_without_the_registry()
    {
        _registry.Add("affine", 2, _folder["v2"]);
        await (await RunningExecutor.StartAsync(Options())).DisposeAsync();
        await (await RunningExecutor.StartAsync(Options())).DisposeAsync();
        _registry.Downloads.ShouldBe(1);

        await _registry.DisposeAsync();
        await using var newest = await RunningExecutor.StartAsync(Options());
        (await AskAsync(newest)).ShouldBe("""{"predictions":[2.0]}""");
        await using var named = await RunningExecutor.StartAsync(Options(version: 2));
        (await AskAsync(named)).ShouldBe("""{"predictions":[2.0]}""");
    }

    [Fact]
    public async Task A_damaged_cache_is_downloaded_again()
    {
        var model = _registry.Add("affine", 1, _folder["v1"]);
        await (await RunningExecutor.StartAsync(Options())).DisposeAsync();
        var cached = Directory.GetFiles(_folder["cache"], $"{model.Sha256}*", SearchOption.AllDirectories);
        cached.Select(Path.GetExtension).Order().ShouldBe([".prepared", ".tar"]);
        foreach (var file in cached)
        {
            var bytes = await File.ReadAllBytesAsync(file);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
        }

        await using var executor = await RunningExecutor.StartAsync(Options());

        (await AskAsync(executor)).ShouldBe("""{"predictions":[1.0]}""");
        _registry.Downloads.ShouldBe(2);
    }

    [Fact]
    public async Task Until_the_model_is_there_the_executor_is_loading_and_says_what_it_waits_for()
    {
        await using var executor = await RunningExecutor.StartAsync(Options(version: 1), loaded: false);

        var (status, answer) = await executor.PostAsync("/v1/models/affine:predict", """{"instances": [0]}""");
        status.ShouldBe(503);
        answer.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("loading");
        (await executor.GetAsync("/health")).Status.ShouldBe(503);
        (await executor.GetAsync("/alive")).Status.ShouldBe(200);
        (await StateAsync(executor)).GetProperty("state").GetString().ShouldBe("LOADING");
        await MessageAsync(executor, "the registry does not know affine@1 yet");

        _registry.Add("affine", 1, _folder["v1"]);
        await executor.Loaded;
        (await AskAsync(executor)).ShouldBe("""{"predictions":[1.0]}""");
        (await executor.GetAsync("/health")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_registry_that_comes_late_is_waited_for()
    {
        var url = _registry.Url.ToString();
        await _registry.DisposeAsync();
        await using var executor = await RunningExecutor.StartAsync(Options() with { Registry = new Uri(url) }, loaded: false);
        (await StateAsync(executor)).GetProperty("state").GetString().ShouldBe("LOADING");

        await using var late = await FakeRegistry.StartAsync(url);
        late.Add("affine", 2, _folder["v2"]);

        await executor.Loaded;
        (await AskAsync(executor)).ShouldBe("""{"predictions":[2.0]}""");
    }

    [Fact]
    public async Task A_model_that_does_not_come_in_time_ends_with_the_reason()
    {
        await using var executor = await RunningExecutor.StartAsync(Options() with { LoadTimeout = TimeSpan.FromSeconds(2) });

        var state = await StateAsync(executor);
        state.GetProperty("state").GetString().ShouldBe("END");
        state.GetProperty("status").GetProperty("error_code").GetString().ShouldBe("DEADLINE_EXCEEDED");
        state.GetProperty("status").GetProperty("error_message").GetString().ShouldNotBeNull().ShouldContain("within 2 s");
    }

    [Fact]
    public async Task An_artifact_with_another_sha256_is_never_used()
    {
        _registry.Add("affine", 1, _folder["v1"]);
        _registry.Damaged = [1, 2, 3];

        await using (var executor = await RunningExecutor.StartAsync(Options(), loaded: false))
        {
            await MessageAsync(executor, "SHA-256");

            (await StateAsync(executor)).GetProperty("state").GetString().ShouldBe("LOADING");
        }

        Directory.GetFiles(_folder["cache"], "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_no_model_ends_with_the_reason()
    {
        Directory.CreateDirectory(_folder["broken"]);
        await File.WriteAllTextAsync(_folder["broken/model.onnx"], "this is no model");

        await using var executor = await RunningExecutor.StartAsync(("broken", _folder["broken"]));

        var status = executor.Models.Status("broken", VersionChoice.Latest).Single();
        status.State.ShouldBe(ModelState.End);
        status.Message.ShouldContain("model.onnx");
        (await executor.PostAsync("/v1/models/broken:predict", """{"instances": [0]}""")).Status.ShouldBe(503);
        (await executor.GetAsync("/health")).Status.ShouldBe(503);
    }

    private ExecutorOptions Options(long? version = null) => new()
    {
        Models = [new ModelSource("affine", null, version)],
        Registry = _registry.Url,
        Cache = _folder["cache"],
    };

    private static async Task<JsonElement> StateAsync(RunningExecutor executor) =>
        (await executor.GetAsync("/v1/models/affine")).Body.GetProperty("model_version_status")[0];

    /// <summary>Asks for the model's state until it says what is expected.</summary>
    private static async Task MessageAsync(RunningExecutor executor, string part)
    {
        using var deadline = new CancellationTokenSource(RunningExecutor.Patience);
        while ((await StateAsync(executor)).GetProperty("status").GetProperty("error_message").GetString()?.Contains(part, StringComparison.Ordinal) is not true)
        {
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task<string> AskAsync(RunningExecutor executor) =>
        (await executor.PostAsync("/v1/models/affine:predict", """{"instances": [0]}""")).Body.GetRawText();
}
