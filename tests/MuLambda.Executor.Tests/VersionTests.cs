using System.Collections.Concurrent;
using System.Text.Json;
using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Tests;

public sealed class VersionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("latest", "12")]
    [InlineData("latest:2", "12,3")]
    [InlineData("all", "12,3,1")]
    [InlineData("specific:1,3,4", "3,1")]
    public async Task The_policy_chooses_among_the_numbered_directories(string policy, string versions)
    {
        Write(1);
        Write(3);
        Write(12);
        OnnxFiles.Affine(_folder["affine/backup"], 1f, 99f);
        await using var executor = await StartAsync(policy);

        executor.Models.Status("affine", VersionChoice.Latest).ShouldAllBe(status => status.State == ModelState.Available);
        string.Join(',', executor.Models.Status("affine", VersionChoice.Latest).Select(status => status.Version)).ShouldBe(versions);
        (await AskAsync(executor, string.Empty)).ShouldBe(float.Parse(versions.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture));
        foreach (var version in versions.Split(','))
        {
            (await AskAsync(executor, "/versions/" + version)).ShouldBe(float.Parse(version, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task A_version_change_under_load_fails_no_request_and_ends_with_the_new_version()
    {
        Write(1);
        await using var executor = await StartAsync();
        var channel = executor.Connect();
        var answers = new ConcurrentDictionary<long, int>();
        using var stop = new CancellationTokenSource(RunningExecutor.Patience);
        var callers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var answer = await channel.UnaryAsync(PredictionService.Predict, RunningExecutor.Request("affine", ("x", [0f], [1])));
                RunningExecutor.Floats(answer.Outputs["y"]).ShouldBe([(float)answer.ModelSpec.Version!.Value]);
                answers.AddOrUpdate(answer.ModelSpec.Version.Value, 1, (_, count) => count + 1);
            }
        })).ToList();
        await RunningExecutor.UntilAsync(() => answers.ContainsKey(1));

        for (var version = 2; version <= 5; version++)
        {
            Write(version);
            await RunningExecutor.UntilAsync(() => answers.ContainsKey(version) || callers.Exists(caller => caller.IsFaulted));
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        await RunningExecutor.UntilAsync(() => executor.Counters.Unloads == 4);
        executor.Models.Status("affine", VersionChoice.Latest)[0].ShouldBe(new VersionStatus(5, ModelState.Available));
        executor.Models.Status("affine", VersionChoice.Of(1L)).Single().ShouldBe(new VersionStatus(1, ModelState.End));
        (await ErrorAsync(executor, "/v1/models/affine/versions/1:predict")).ShouldBe((404, "Servable not found for request: Specific(affine, 1)"));
    }

    [Fact]
    public async Task A_damaged_new_version_says_why_while_the_old_one_serves_and_comes_once_it_is_whole()
    {
        Write(1);
        await using var executor = await StartAsync();
        Directory.CreateDirectory(_folder["affine/2"]);
        await File.WriteAllTextAsync(_folder["affine/2/model.onnx"], "this is no model");

        await RunningExecutor.UntilAsync(() => executor.Models.Status("affine", VersionChoice.Latest) is [{ Version: 2, State: ModelState.End }, _]);
        var failed = executor.Models.Status("affine", VersionChoice.Of(2L)).Single();
        failed.Code.ShouldBe(StatusCode.InvalidArgument);
        failed.Message.ShouldContain("model.onnx");
        (await AskAsync(executor, string.Empty)).ShouldBe(1f);
        (await executor.GetAsync("/health")).Status.ShouldBe(200);
        (await ErrorAsync(executor, "/v1/models/affine/versions/2:predict")).Status.ShouldBe(503);

        Write(2);
        await RunningExecutor.UntilAsync(() => executor.Models.Status("affine", VersionChoice.Of(2L)).Single().State == ModelState.Available);
        (await AskAsync(executor, string.Empty)).ShouldBe(2f);
    }

    [Fact]
    public async Task A_version_that_is_taken_away_makes_room_for_the_one_before()
    {
        Write(1);
        Write(2);
        await using var executor = await StartAsync();
        (await AskAsync(executor, string.Empty)).ShouldBe(2f);

        Directory.Delete(_folder["affine/2"], recursive: true);

        await RunningExecutor.UntilAsync(() => executor.Models.Status("affine", VersionChoice.Of(2L)).Single().State == ModelState.End);
        (await AskAsync(executor, string.Empty)).ShouldBe(1f);
    }

    [Fact]
    public async Task A_directory_whose_versions_have_all_gone_has_none_until_one_comes()
    {
        Write(1);
        await using var executor = await StartAsync();

        Directory.Delete(_folder["affine/1"], recursive: true);
        await RunningExecutor.UntilAsync(() => executor.Models.Status("affine", VersionChoice.Of(1L)).Single().State == ModelState.End);
        (await executor.GetAsync("/health")).Status.ShouldBe(503);
        (await ErrorAsync(executor, "/v1/models/affine:predict")).Error.ShouldStartWith("Servable not found for request: Latest(affine)");

        Write(3);
        await RunningExecutor.UntilAsync(() => executor.Models.IsReady(out _));
        (await AskAsync(executor, string.Empty)).ShouldBe(3f);
    }

    [Fact]
    public async Task A_lease_keeps_a_version_that_is_served_no_longer()
    {
        Write(1);
        await using var executor = await StartAsync();
        var lease = await executor.Models.AcquireAsync("affine", VersionChoice.Latest, CancellationToken.None);

        Write(2);
        await RunningExecutor.UntilAsync(() => executor.Models.Status("affine", VersionChoice.Of(1L)).Single().State == ModelState.Unloading);

        lease.Version.ShouldBe(1);
        using (var input = Inference.Tensor.From([1f], [1]))
        using (var outputs = lease.Model.Run(string.Empty, new Dictionary<string, Inference.Tensor> { ["x"] = input }))
        {
            outputs["y"].AsReadOnlySpan<float>().ToArray().ShouldBe([2f]);
        }

        executor.Counters.Unloads.ShouldBe(0);
        lease.Dispose();
        executor.Counters.Unloads.ShouldBe(1);
        executor.Models.Status("affine", VersionChoice.Of(1L)).Single().State.ShouldBe(ModelState.End);
    }

    [Fact]
    public async Task Polling_may_be_turned_off()
    {
        Write(1);
        await using var executor = await RunningExecutor.StartAsync(new ExecutorOptions
        {
            Models = [new ModelSource("affine", _folder["affine"], null)],
            PollInterval = TimeSpan.Zero,
        });
        await using var polling = await StartAsync();

        Write(2);
        await RunningExecutor.UntilAsync(() => polling.Models.Status("affine", VersionChoice.Latest)[0] is { Version: 2, State: ModelState.Available });

        executor.Models.Status("affine", VersionChoice.Latest).Single().Version.ShouldBe(1);
    }

    private void Write(int version)
    {
        // As TensorFlow Serving's users do: written elsewhere, then moved to its place.
        if (Directory.Exists(_folder[$"affine/{version}"]))
        {
            Directory.Delete(_folder[$"affine/{version}"], recursive: true);
        }

        OnnxFiles.Affine(_folder[$"new/{version}"], 1f, version);
        Directory.CreateDirectory(_folder["affine"]);
        Directory.Move(_folder[$"new/{version}"], _folder[$"affine/{version}"]);
    }

    private Task<RunningExecutor> StartAsync(string policy = "latest:1")
    {
        VersionPolicy.TryParse(policy, out var parsed, out var error).ShouldBeTrue(error);
        return RunningExecutor.StartAsync(new ExecutorOptions
        {
            Models = [new ModelSource("affine", _folder["affine"], null)],
            Policies = new Dictionary<string, VersionPolicy> { [string.Empty] = parsed },
            PollInterval = TimeSpan.FromMilliseconds(20),
        });
    }

    private static async Task<float> AskAsync(RunningExecutor executor, string version) =>
        (await executor.PostAsync($"/v1/models/affine{version}:predict", """{"instances": [0]}""")).Body
            .GetProperty("predictions").Deserialize<float[]>()!.Single();

    private static async Task<(int Status, string Error)> ErrorAsync(RunningExecutor executor, string path)
    {
        var (status, body) = await executor.PostAsync(path, """{"instances": [0]}""");
        return (status, body.GetProperty("error").GetString()!);
    }
}
