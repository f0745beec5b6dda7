using MuLambda.Executor.Launching;
using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Tests;

public sealed class EmptyExecutorTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private FakeRegistry _registry = null!;
    private RunningExecutor _executor = null!;
    private GrpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _registry = await FakeRegistry.StartAsync();
        OnnxFiles.Affine(_folder["v1"], 1f, 1f);
        OnnxFiles.Affine(_folder["v2"], 1f, 2f);
        OnnxFiles.Slow(_folder["slow"], products: 200);
        _registry.Add("a", 1, _folder["v1"]);
        _registry.Add("a", 2, _folder["v2"]);
        _registry.Add("slow", 1, _folder["slow"]);
        _executor = await RunningExecutor.StartAsync(new ExecutorOptions { Registry = _registry.Url, Cache = _folder["cache"] });
        _channel = _executor.Connect();
    }

    public async Task DisposeAsync()
    {
        await _executor.DisposeAsync();
        await _registry.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_executor_without_a_model_is_ready_for_some()
    {
        (await _executor.GetAsync("/health")).Status.ShouldBe(200);
        _executor.Models.Names.ShouldBeEmpty();
        (await _executor.PostAsync("/v1/models/a:predict", """{"instances": [0]}""")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Models_of_the_registry_come_and_go_by_reloads_and_are_downloaded_once()
    {
        await ReloadAsync(OfRegistry("a", 1));
        (await AskAsync("a")).ShouldBe(1f);

        await ReloadAsync(OfRegistry("a", 1), OfRegistry("slow"));
        _executor.Models.Names.ShouldBe(["a", "slow"]);
        (await AskAsync("a")).ShouldBe(1f);

        await ReloadAsync(OfRegistry("a"));
        (await AskAsync("a")).ShouldBe(2f);
        await RunningExecutor.UntilAsync(() => _executor.Models.Status("slow", VersionChoice.Latest).Single().State == ModelState.End);

        await ReloadAsync();
        await ReloadAsync(OfRegistry("a", 1));
        (await AskAsync("a")).ShouldBe(1f);
        _registry.Downloads.ShouldBe(3);
    }

    [Fact]
    public async Task A_model_that_is_removed_answers_what_runs_and_takes_no_more()
    {
        await ReloadAsync(OfRegistry("slow"));
        var running = _channel.UnaryAsync(PredictionService.Predict, RunningExecutor.SlowRequest("slow"));
        await RunningExecutor.UntilAsync(() => _executor.Metrics.InFlight == 1);

        await ReloadAsync();
        var refused = await _channel.UnaryAsync(PredictionService.Predict, RunningExecutor.SlowRequest("slow")).ShouldThrowAsync<GrpcException>();

        refused.StatusCode.ShouldBe(StatusCode.NotFound);
        (await running.WaitAsync(RunningExecutor.Patience)).Outputs.Keys.ShouldBe(["y"]);
        await RunningExecutor.UntilAsync(() => _executor.Counters.Unloads == 1);
    }

    [Fact]
    public async Task A_rehearsal_takes_a_model_through_everything() => (await Rehearsal.RunAsync(CancellationToken.None)).ShouldBeNull();

    [Fact]
    public async Task A_process_that_starts_empty_has_rehearsed_leaves_nothing_of_it_and_takes_models()
    {
        Directory.CreateDirectory(_folder["tmp"]);
        await using var program = await ExecutorProgram.StartAsync(
            new Dictionary<string, string> { ["TMPDIR"] = _folder["tmp"] },
            "--http-port", "0", "--grpc-port", "0", "--registry", _registry.Url.ToString(), "--cache", _folder["other"], "--phases-file", _folder["phases"]);
        Directory.GetDirectories(_folder["tmp"], "mulambda-*").ShouldBeEmpty();
        (await File.ReadAllTextAsync(_folder["phases"])).ShouldBeEmpty();
        using var channel = GrpcChannel.ForAddress(program.Grpc);

        await channel.UnaryAsync(ModelService.HandleReloadConfigRequest, Reload(OfRegistry("a", 2))).WaitAsync(RunningExecutor.Patience);

        var answer = await channel.UnaryAsync(PredictionService.Predict, RunningExecutor.Request("a", ("x", [0f], [1])));
        RunningExecutor.Floats(answer.Outputs["y"]).ShouldBe([2f]);
        program.Terminate();
        (await program.ExitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_model_of_the_registry_is_refused_where_there_is_no_registry()
    {
        await using var alone = await RunningExecutor.StartAsync(("a", _folder["v1"]));

        var failure = await alone.Connect().UnaryAsync(ModelService.HandleReloadConfigRequest, Reload(OfRegistry("b"))).ShouldThrowAsync<GrpcException>();

        failure.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        failure.Message.ShouldContain("--registry");
        alone.Models.Names.ShouldBe(["a"]);
    }

    private async Task ReloadAsync(params ModelConfig[] models) =>
        await _channel.UnaryAsync(ModelService.HandleReloadConfigRequest, Reload(models)).WaitAsync(RunningExecutor.Patience);

    private async Task<float> AskAsync(string model)
    {
        var answer = await _channel.UnaryAsync(PredictionService.Predict, RunningExecutor.Request(model, ("x", [0f], [1])));
        return RunningExecutor.Floats(answer.Outputs["y"]).Single();
    }

    private static ModelConfig OfRegistry(string name, long? version = null)
    {
        var config = new ModelConfig { Name = name };
        if (version is { } number)
        {
            config.ModelVersionPolicy = new() { Specific = new() { Versions = { number } } };
        }

        return config;
    }

    private static ReloadConfigRequest Reload(params ModelConfig[] models) =>
        new() { Config = new ModelServerConfig { ModelConfigList = new ModelConfigList { Config = { models } } } };
}
