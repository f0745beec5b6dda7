using System.Text.Json;
using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;

namespace MuLambda.Executor.Tests;

public sealed class PreparedTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private FakeRegistry _registry = null!;

    public async Task InitializeAsync()
    {
        _registry = await FakeRegistry.StartAsync();
        _registry.Add("digits-cnn", 1, Zoo.ModelPath("digits-cnn"));
    }

    public async Task DisposeAsync()
    {
        await _registry.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_model_is_translated_once_and_answers_the_same_from_then_on()
    {
        await using var alone = await RunningExecutor.StartAsync(("digits-cnn", Zoo.ModelPath("digits-cnn")));
        var expected = await AnswersAsync(alone);

        await using (var first = await StartAsync("first"))
        {
            (await AnswersAsync(first)).ShouldBe(expected);
        }

        await using var second = await StartAsync("second");
        (await AnswersAsync(second)).ShouldBe(expected);
        Phases("first").Select(phase => phase.Name).ShouldBe(["downloading", "loading", "warming", "ready"]);
        Phases("first").Single(phase => phase.Name == "warming").TranslateMs.ShouldNotBeNull().ShouldBeGreaterThan(0);
        Phases("second").ShouldBe([("loading", null), ("warming", null), ("ready", null)]);
    }

    [Fact]
    public async Task What_is_damaged_is_made_anew_from_the_artifact()
    {
        await (await StartAsync("first")).DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(Prepared());
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(Prepared(), bytes);

        await (await StartAsync("second")).DisposeAsync();
        await (await StartAsync("third")).DisposeAsync();

        Phases("second").Select(phase => phase.Name).ShouldBe(["downloading", "loading", "warming", "ready"]);
        Phases("third").Select(phase => phase.Name).ShouldBe(["loading", "warming", "ready"]);
        _registry.Downloads.ShouldBe(1);
    }

    [Fact]
    public async Task Executors_that_start_at_once_share_a_cache()
    {
        var executors = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => StartAsync($"e{i}")));

        var answers = await Task.WhenAll(executors.Select(AnswersAsync));
        answers.ShouldAllBe(answer => answer == answers[0]);
        foreach (var executor in executors)
        {
            await executor.DisposeAsync();
        }

        Directory.GetFiles(_folder["cache/sha256"]).Select(Path.GetExtension).Order().ShouldBe([".prepared", ".tar"]);
    }

    [Fact]
    public async Task The_requests_that_warm_a_model_are_kept_with_it()
    {
        OnnxFiles.HalfPlusTwo(_folder["half"]);
        WarmUpTests.WriteRequests(
            _folder["half"], RunningExecutor.Request("half", ("x", [1f], [1])), RunningExecutor.Request("half", ("x", [1f, 2f], [2])));
        var model = _registry.Add("half", 1, _folder["half"]);
        await (await StartAsync("first", "half")).DisposeAsync();

        using var prepared = new ArtifactCache(_folder["cache"]).OpenPrepared(model.Sha256).ShouldNotBeNull();

        prepared.Attachment.ToArray().ShouldBe(await File.ReadAllBytesAsync(Path.Combine(_folder["half"], WarmUp.RequestFile)));
    }

    [Fact]
    public void What_was_prepared_for_others_goes_when_nobody_has_used_it_for_a_day()
    {
        var now = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
        var cache = new ArtifactCache(_folder["cache"]);
        var sha256 = new string('a', 64);
        Directory.CreateDirectory(_folder["cache/sha256"]);
        string[] files = [cache.PreparedPath(sha256), _folder[$"cache/sha256/{sha256}.0123456789abcdef.prepared"]];
        foreach (var file in files)
        {
            File.WriteAllBytes(file, new byte[10]);
            File.SetLastAccessTimeUtc(file, now.AddHours(-23).UtcDateTime);
        }

        cache.Prune(maxBytes: 20, now).ShouldBe((0, 0));
        cache.Prune(maxBytes: 20, now.AddHours(2)).ShouldBe((1, 10));
        Directory.GetFiles(_folder["cache/sha256"]).ShouldBe([files[0]]);
        cache.Prune(maxBytes: 9, now.AddHours(2)).ShouldBe((1, 10));
    }

    private Task<RunningExecutor> StartAsync(string phases, string model = "digits-cnn") => RunningExecutor.StartAsync(new ExecutorOptions
    {
        Models = [new ModelSource(model, null, 1)], Registry = _registry.Url, Cache = _folder["cache"], PhasesFile = _folder[phases],
    });

    private string Prepared() => Directory.GetFiles(_folder["cache/sha256"], "*.prepared").ShouldHaveSingleItem();

    private static async Task<string> AnswersAsync(RunningExecutor executor)
    {
        var channel = executor.Connect();
        var bytes = new List<string>();
        foreach (var (_, pixels) in Zoo.Samples().Take(5))
        {
            var answer = await channel.UnaryAsync(
                MuLambda.Protocol.Serving.PredictionService.Predict, RunningExecutor.Request("digits-cnn", ("image", pixels, [1, Zoo.Side, Zoo.Side, 1])));
            bytes.Add(Convert.ToHexString(answer.Outputs["probabilities"].TensorContent.Span));
        }

        return string.Join('\n', bytes);
    }

    private List<(string Name, double? TranslateMs)> Phases(string file) =>
    [
        .. File.ReadLines(_folder[file]).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return (
                json.RootElement.GetProperty("phase").GetString()!,
                json.RootElement.TryGetProperty("translateMs", out var ms) ? ms.GetDouble() : (double?)null);
        }),
    ];
}
