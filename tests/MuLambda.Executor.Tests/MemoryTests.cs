using System.Text.Json;
using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Tests;

public sealed class MemoryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_least_recently_used_leaves_and_comes_again_when_it_is_asked_for()
    {
        await using var executor = await StartAsync(models: 3, room: 2);
        executor.Counters.Loads.ShouldBe(3);
        executor.Counters.Evictions.ShouldBe(1);
        executor.Counters.ResidentBytes.ShouldBeLessThanOrEqualTo(executor.Counters.MaxBytes);
        (await executor.GetAsync("/health")).Status.ShouldBe(200);

        for (var model = 0; model < 3; model++)
        {
            (await AskAsync(executor, model)).ShouldBe(model);
            executor.Models.Status($"m{model}", VersionChoice.Latest).Single().ShouldBe(new VersionStatus(1, ModelState.Available));
        }

        // Now 1 and 2 are in memory, 0 is away: asking for those two loads nothing.
        var loads = executor.Counters.Loads;
        await AskAsync(executor, 1);
        await AskAsync(executor, 2);
        executor.Counters.Loads.ShouldBe(loads);

        // 1 is now the least recently used.
        await AskAsync(executor, 0);
        await AskAsync(executor, 2);
        executor.Counters.Loads.ShouldBe(loads + 1);
        executor.Counters.ResidentBytes.ShouldBeLessThanOrEqualTo(executor.Counters.MaxBytes);
    }

    [Fact]
    public async Task Requests_that_find_it_away_share_one_loading()
    {
        await using var executor = await StartAsync(models: 2, room: 1);
        await AskAsync(executor, 0);
        await AskAsync(executor, 1);
        var loads = executor.Counters.Loads;

        var leases = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
            await executor.Models.AcquireAsync("m0", VersionChoice.Latest, CancellationToken.None)));

        executor.Counters.Loads.ShouldBe(loads + 1);
        leases.ShouldAllBe(lease => lease.Name == "m0");
        Array.ForEach(leases, lease => lease.Dispose());
    }

    [Fact]
    public async Task What_runs_is_never_unloaded_and_the_other_waits_for_it_within_its_deadline()
    {
        await using var executor = await StartAsync(models: 2, room: 1);
        var running = await executor.Models.AcquireAsync("m0", VersionChoice.Latest, CancellationToken.None);
        using var impatient = new CancellationTokenSource();

        var waiting = executor.Models.AcquireAsync("m1", VersionChoice.Latest, CancellationToken.None).AsTask();
        var givesUp = executor.Models.AcquireAsync("m1", VersionChoice.Latest, impatient.Token).AsTask();
        await impatient.CancelAsync();
        await givesUp.ShouldThrowAsync<OperationCanceledException>();
        waiting.IsCompleted.ShouldBeFalse();
        running.Model.Describe(string.Empty).ShouldNotBeNull();

        running.Dispose();
        using var lease = await waiting.WaitAsync(RunningExecutor.Patience);
        lease.Name.ShouldBe("m1");
    }

    [Fact]
    public async Task Callers_of_more_models_than_fit_are_all_answered()
    {
        await using var executor = await StartAsync(models: 4, room: 2);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                var model = (caller + i) % 4;
                (await AskAsync(executor, model)).ShouldBe(model);
            }
        })));

        executor.Counters.Evictions.ShouldBeGreaterThan(0);
        executor.Counters.LoadFailures.ShouldBe(0);
    }

    [Fact]
    public async Task A_model_larger_than_the_bound_says_so()
    {
        OnnxFiles.Affine(_folder["m0"], 1f, 0f);
        await using var executor = await RunningExecutor.StartAsync(new ExecutorOptions
        {
            Models = [new ModelSource("m0", _folder["m0"], null)],
            MaxModelBytes = 1000,
        });

        var status = executor.Models.Status("m0", VersionChoice.Latest).Single();
        status.State.ShouldBe(ModelState.End);
        status.Code.ShouldBe(StatusCode.ResourceExhausted);
        status.Message.ShouldContain("--max-model-bytes is 1000");
        (await executor.GetAsync("/health")).Status.ShouldBe(503);
    }

    [Fact]
    public async Task What_cannot_be_loaded_again_ends_with_the_reason()
    {
        await using var executor = await StartAsync(models: 2, room: 1, poll: TimeSpan.Zero);
        await AskAsync(executor, 0);
        await AskAsync(executor, 1);
        Directory.Delete(_folder["m0"], recursive: true);

        var (status, answer) = await executor.PostAsync("/v1/models/m0:predict", """{"instances": [0]}""");

        status.ShouldBe(503);
        answer.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("m0");
        executor.Models.Status("m0", VersionChoice.Latest).Single().State.ShouldBe(ModelState.End);
        (await AskAsync(executor, 1)).ShouldBe(1f);
    }

    private Task<RunningExecutor> StartAsync(int models, int room, TimeSpan? poll = null)
    {
        var files = Enumerable.Range(0, models).Select(model => OnnxFiles.Affine(_folder[$"m{model}"], 1f, model)).ToList();
        return RunningExecutor.StartAsync(new ExecutorOptions
        {
            Models = [.. files.Select((_, model) => new ModelSource($"m{model}", _folder[$"m{model}"], null))],
            MaxModelBytes = room * MemoryEstimate.Of(files.Max(file => new FileInfo(file).Length)),
            MaxParallelLoads = 1,
            PollInterval = poll ?? TimeSpan.FromSeconds(1),
        });
    }

    private static async Task<float> AskAsync(RunningExecutor executor, int model)
    {
        var (status, answer) = await executor.PostAsync($"/v1/models/m{model}:predict", """{"instances": [0]}""");
        status.ShouldBe(200, answer.GetRawText());
        return answer.GetProperty("predictions").Deserialize<float[]>()!.Single();
    }
}
