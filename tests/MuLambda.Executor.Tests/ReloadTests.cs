using System.Text.Json;
using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Tests;

public sealed class ReloadTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private RunningExecutor _executor = null!;

    public async Task InitializeAsync()
    {
        foreach (var version in new[] { 1, 2, 3 })
        {
            OnnxFiles.Affine(_folder[$"a/{version}"], 1f, version);
            OnnxFiles.Affine(_folder[$"b/{version}"], 1f, 10 * version);
        }

        _executor = await RunningExecutor.StartAsync(new ExecutorOptions
        {
            Models = [new ModelSource("a", _folder["a"], null)],
            PollInterval = TimeSpan.FromMilliseconds(20),
        });
    }

    public async Task DisposeAsync()
    {
        await _executor.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_whole_configuration_is_replaced_and_the_new_models_are_available_when_it_returns()
    {
        await _executor.Models.ReloadAsync([Model("b") with { Policy = VersionPolicy.Latest(2) }], CancellationToken.None);

        _executor.Models.Names.ShouldBe(["b"]);
        (await AskAsync("/v1/models/b/versions/2:predict")).ShouldBe(20f);
        (await AskAsync("/v1/models/b:predict")).ShouldBe(30f);
        (await ShouldFailAsync("a", VersionChoice.Latest)).ShouldBe((StatusCode.NotFound, "Servable not found for request: Latest(a)"));
        await RunningExecutor.UntilAsync(() => _executor.Models.Status("a", VersionChoice.Latest).Single() is { Version: 3, State: ModelState.End });
    }

    [Fact]
    public async Task A_configured_model_whose_versions_nobody_has_looked_for_yet_is_unavailable_not_unknown()
    {
        using var models = _executor.CreateUninformedModels();
        models.Configure([Model("b")], []);

        var failure = await Should.ThrowAsync<GrpcException>(
            async () => (await models.AcquireAsync("b", VersionChoice.Latest, CancellationToken.None)).Dispose());

        failure.StatusCode.ShouldBe(StatusCode.Unavailable);
        failure.Message.ShouldBe("Servable not found for request: Latest(b): it is still loading.");
    }

    [Fact]
    public async Task A_configured_model_is_never_unknown_to_those_who_ask_while_it_becomes_available()
    {
        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"b{i}")];
        _executor.Models.Configure([.. names.Select(name => Model("b") with { Name = name })], []);

        using var patience = new CancellationTokenSource(RunningExecutor.Patience);
        await Task.WhenAll(names.Select(name => Task.Run(
            async () =>
            {
                while (true)
                {
                    patience.Token.ThrowIfCancellationRequested();
                    try
                    {
                        (await _executor.Models.AcquireAsync(name, VersionChoice.Latest, patience.Token)).Dispose();
                        return;
                    }
                    catch (GrpcException e)
                    {
                        e.StatusCode.ShouldBe(StatusCode.Unavailable, e.Message);
                        await Task.Yield();
                    }
                }
            },
            patience.Token)));
    }

    [Fact]
    public async Task A_policy_may_change_back_and_forth()
    {
        await _executor.Models.ReloadAsync([Model("a") with { Policy = VersionPolicy.Specific(1) }], CancellationToken.None);
        await RunningExecutor.UntilAsync(() => _executor.Models.Status("a", VersionChoice.Of(3L)).Single().State == ModelState.End);
        (await AskAsync("/v1/models/a:predict")).ShouldBe(1f);

        await _executor.Models.ReloadAsync([Model("a") with { Policy = VersionPolicy.All }], CancellationToken.None);
        _executor.Models.Status("a", VersionChoice.Latest)
            .ShouldBe([new(3, ModelState.Available), new(2, ModelState.Available), new(1, ModelState.Available)]);
        (await AskAsync("/v1/models/a:predict")).ShouldBe(3f);
    }

    [Fact]
    public async Task Labels_name_available_versions_and_move_only_to_such()
    {
        var both = Model("a") with { Policy = VersionPolicy.Specific(1, 2) };
        await _executor.Models.ReloadAsync([both with { Labels = Labels(("stable", 1), ("canary", 2)) }], CancellationToken.None);
        (await LabelledAsync("stable")).ShouldBe(1);
        (await LabelledAsync("canary")).ShouldBe(2);

        var refused = await _executor.Models.ReloadAsync([both with { Labels = Labels(("stable", 2), ("canary", 3)) }], CancellationToken.None)
            .ShouldThrowAsync<GrpcException>();
        refused.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        refused.Message.ShouldBe("Request to assign label to version 3 of model a, which is not currently available for inference");
        (await LabelledAsync("stable")).ShouldBe(2);
        (await LabelledAsync("canary")).ShouldBe(2);

        _executor.Models.Status("a", VersionChoice.Labelled("stable")).Single().Version.ShouldBe(2);
        (await ShouldFailAsync("a", VersionChoice.Labelled("nobody")))
            .ShouldBe((StatusCode.InvalidArgument, "Unrecognized servable version label: nobody"));
    }

    [Fact]
    public async Task A_model_that_does_not_come_is_told_and_the_others_serve()
    {
        Directory.CreateDirectory(_folder["broken/7"]);
        await File.WriteAllTextAsync(_folder["broken/7/model.onnx"], "this is no model");

        var failure = await _executor.Models.ReloadAsync([Model("a"), Model("b"), Model("broken"), Model("nowhere")], CancellationToken.None)
            .ShouldThrowAsync<GrpcException>();

        failure.StatusCode.ShouldBe(StatusCode.Unknown);
        failure.Message.ShouldStartWith("2 model(s) did not become available: {{{name: broken version: 7} due to error: ");
        failure.Message.ShouldContain($"Could not find base path {_folder["nowhere"]} for servable nowhere");
        (await AskAsync("/v1/models/b:predict")).ShouldBe(30f);
    }

    [Fact]
    public async Task What_cannot_be_served_is_refused_and_changes_nothing()
    {
        await ShouldBeRefusedAsync("Illegal to list model a multiple times in config list", Model("a"), Model("a"));
        await ShouldBeRefusedAsync(
            "Expected model b to have an absolute path or URI; got base_path()=b", Model("a"), new ConfiguredModel("b", "b"));
        await ShouldBeRefusedAsync("'b/c' is no model name", new ConfiguredModel("b/c", _folder["b"]));
        _executor.Models.Names.ShouldBe(["a"]);
        (await AskAsync("/v1/models/a:predict")).ShouldBe(3f);
    }

    [Fact]
    public async Task A_name_may_move_to_another_path_and_never_stops_answering()
    {
        using var stop = new CancellationTokenSource(RunningExecutor.Patience);
        var caller = Task.Run(async () =>
        {
            var answers = new HashSet<float>();
            while (!stop.IsCancellationRequested)
            {
                answers.Add(await AskAsync("/v1/models/a:predict"));
            }

            return answers;
        });

        await _executor.Models.ReloadAsync([new ConfiguredModel("a", _folder["b"])], CancellationToken.None);
        await RunningExecutor.UntilAsync(() => _executor.Counters.Unloads == 1);
        (await AskAsync("/v1/models/a:predict")).ShouldBe(30f);

        await stop.CancelAsync();
        (await caller).ShouldBeSubsetOf([3f, 30f]);
    }

    private ConfiguredModel Model(string name) => new(name, _folder[name]);

    private static Dictionary<string, long> Labels(params (string Label, long Version)[] labels) =>
        labels.ToDictionary(label => label.Label, label => label.Version);

    private async Task<long> LabelledAsync(string label)
    {
        using var lease = await _executor.Models.AcquireAsync("a", VersionChoice.Labelled(label), CancellationToken.None);
        return lease.Version;
    }

    private async Task<(StatusCode, string)> ShouldFailAsync(string model, VersionChoice choice)
    {
        var failure = await Should.ThrowAsync<GrpcException>(
            async () => (await _executor.Models.AcquireAsync(model, choice, CancellationToken.None)).Dispose());
        return (failure.StatusCode, failure.Message);
    }

    private async Task ShouldBeRefusedAsync(string reason, params ConfiguredModel[] models)
    {
        var refused = await _executor.Models.ReloadAsync(models, CancellationToken.None).ShouldThrowAsync<GrpcException>();
        refused.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        refused.Message.ShouldStartWith(reason);
    }

    private async Task<float> AskAsync(string path)
    {
        var (status, answer) = await _executor.PostAsync(path, """{"instances": [0]}""");
        status.ShouldBe(200, answer.GetRawText());
        return answer.GetProperty("predictions").Deserialize<float[]>()!.Single();
    }
}
