using System.Text.Json;
using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;

namespace MuLambda.Executor.Tests;

public sealed class PhasesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_phase_of_a_model_is_told_in_its_order()
    {
        await using var registry = await FakeRegistry.StartAsync();
        OnnxFiles.Affine(_folder["v7"], 1f, 7f);
        registry.Add("affine", 7, _folder["v7"]);
        OnnxFiles.HalfPlusTwo(_folder["half"]);
        var before = DateTimeOffset.UtcNow;

        await using var executor = await RunningExecutor.StartAsync(Options() with
        {
            Models = [new ModelSource("affine", null, null), new ModelSource("half", _folder["half"], null)],
            Registry = registry.Url,
            Cache = _folder["cache"],
        });

        var phases = Phases();
        phases.Where(phase => phase.Model == "affine@7").Select(phase => phase.Name).ShouldBe(["downloading", "loading", "warming", "ready"]);
        phases.Where(phase => phase.Model == "half@1").Select(phase => phase.Name).ShouldBe(["loading", "warming", "ready"]);
        phases.Count.ShouldBe(7);
        phases.ShouldAllBe(phase => phase.Error == null && phase.At >= before && phase.At <= DateTimeOffset.UtcNow);
        phases.Select(phase => phase.At).ShouldBeInOrder();
    }

    [Fact]
    public async Task A_model_that_is_said_to_be_ready_answers()
    {
        OnnxFiles.HalfPlusTwo(_folder["half"]);
        await using var executor = await RunningExecutor.StartAsync(
            Options() with { Models = [new ModelSource("half", _folder["half"], null)] }, loaded: false);

        await RunningExecutor.UntilAsync(() => Phases() is [.., { Name: "ready" }]);

        (await executor.PostAsync("/v1/models/half:predict", """{"instances": [1]}""")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_model_that_cannot_be_served_fails_with_the_reason()
    {
        Directory.CreateDirectory(_folder["broken"]);
        await File.WriteAllTextAsync(_folder["broken/model.onnx"], "this is no model");
        Directory.CreateDirectory(_folder["empty"]);

        await using var executor = await RunningExecutor.StartAsync(Options() with
        {
            Models = [new ModelSource("broken", _folder["broken"], null), new ModelSource("empty", _folder["empty"], null)],
            PollInterval = TimeSpan.FromMilliseconds(10),
        });
        await RunningExecutor.UntilAsync(() => Phases().Count == 3);

        var phases = Phases();
        phases.Where(phase => phase.Model == "broken@1").Select(phase => phase.Name).ShouldBe(["loading", "failed"]);
        phases.Last(phase => phase.Model == "broken@1").Error.ShouldNotBeNull().ShouldContain("model.onnx");
        phases.Single(phase => phase.Model == "empty").ShouldSatisfyAllConditions(
            phase => phase.Name.ShouldBe("failed"),
            phase => phase.Error.ShouldNotBeNull().ShouldContain("No versions of servable empty found"));
    }

    [Fact]
    public async Task The_file_is_its_owners_and_goes_on_behind_what_is_in_it()
    {
        OnnxFiles.HalfPlusTwo(_folder["half"]);
        var options = Options() with { Models = [new ModelSource("half", _folder["half"], null)], WarmUp = false };
        await (await RunningExecutor.StartAsync(options)).DisposeAsync();
        await (await RunningExecutor.StartAsync(options)).DisposeAsync();

        Phases().Select(phase => phase.Name).ShouldBe(["loading", "ready", "loading", "ready"]);
        File.GetUnixFileMode(_folder["phases"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private ExecutorOptions Options() => new() { PhasesFile = _folder["phases"] };

    private List<Phase> Phases()
    {
        using var file = new StreamReader(new FileStream(_folder["phases"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var phases = new List<Phase>();
        while (file.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            phases.Add(new Phase(
                json.RootElement.GetProperty("phase").GetString()!,
                json.RootElement.GetProperty("model").GetString()!,
                json.RootElement.GetProperty("at").GetDateTimeOffset(),
                json.RootElement.TryGetProperty("error", out var error) ? error.GetString() : null));
        }

        return phases;
    }

    private sealed record Phase(string Name, string Model, DateTimeOffset At, string? Error);
}
