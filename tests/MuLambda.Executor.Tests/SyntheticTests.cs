using System.Diagnostics;
using MuLambda.Executor.Options;
using MuLambda.Executor.Prediction;
using MuLambda.Executor.Synthetic;
using MuLambda.Executor.Tests.Support;
using MuLambda.Inference;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Timing;

namespace MuLambda.Executor.Tests;

public sealed class SyntheticTests : IDisposable
{
    private readonly PreciseTimer _timer = new();
    private readonly TempFolder _folder = new();

    [Fact]
    public void A_request_takes_longer_by_its_elements_and_by_those_that_are_there_already()
    {
        var model = new SyntheticModel(new SyntheticDelay(10, PerElementMs: 2, PerRequestMs: 100), _timer);
        using var ten = Input(10);

        var first = model.Enter(ten);
        var second = model.Enter(ten);
        using var third = model.Enter(ten);
        (first.Length.TotalMilliseconds, second.Length.TotalMilliseconds, third.Length.TotalMilliseconds).ShouldBe((30, 130, 230));

        first.Dispose();
        second.Dispose();
        using var fourth = model.Enter(Input(1, 3));
        fourth.Length.TotalMilliseconds.ShouldBe(10 + 6 + 100);
    }

    [Fact]
    public void Chance_adds_within_its_bound_and_begins_where_the_seed_says()
    {
        double[] Draw(int seed)
        {
            var model = new SyntheticModel(new SyntheticDelay(10, JitterMs: 5, Seed: seed), _timer);
            using var one = Input(1);
            return [.. Enumerable.Range(0, 1000).Select(_ =>
            {
                using var stay = model.Enter(one);
                return stay.Length.TotalMilliseconds;
            })];
        }

        var drawn = Draw(1);

        drawn.ShouldAllBe(length => length >= 10 && length <= 15);
        drawn.Average().ShouldBe(12.5, 0.2);
        Draw(1).ShouldBe(drawn);
        Draw(2).ShouldNotBe(drawn);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("null", "holds null")]
    [InlineData("""{"perElementMs": 1}""", "delayMs")]
    [InlineData("""{"delayMs": 1, "delay": 1}""", "delay")]
    [InlineData("""{"delayMs": 1, "delayMs": 1}""", "delayMs")]
    [InlineData("""{"delayMs": "1"}""", "delayMs")]
    [InlineData("""{"delayMs": -1}""", "delayMs is -1; it must be from 0 to 600000")]
    [InlineData("""{"delayMs": 1, "perElementMs": 600001}""", "perElementMs is 600001")]
    [InlineData("""{"delayMs": 1, "perRequestMs": 1e99}""", "perRequestMs is 1E+99")]
    [InlineData("""{"delayMs": 1, "jitterMs": -0.1}""", "jitterMs is -0.1")]
    public void A_wrong_file_is_refused_with_the_field(string json, string error)
    {
        var file = _folder["delay.json"];
        File.WriteAllText(file, json);

        var refused = Should.Throw<InvalidDataException>(() => SyntheticDelay.Read(file));

        refused.Message.ShouldContain(file);
        refused.Message.ShouldContain(error);
    }

    [Fact]
    public async Task The_command_line_gives_a_model_the_time_of_its_file()
    {
        ExecutorOptions? given = null;
        File.WriteAllText(_folder["fast.json"], """{"delayMs": 10, "perElementMs": 1, "perRequestMs": 100, "jitterMs": 5, "seed": 7}""");

        await ExecutorCommand.Create((options, _) =>
        {
            given = options;
            return Task.FromResult(0);
        }).Parse(["--model", "fast", "--synthetic", $"fast={_folder["fast.json"]}"]).InvokeAsync();

        given.ShouldNotBeNull().Synthetic["fast"].ShouldBe(new SyntheticDelay(10, 1, 100, 5, 7));
    }

    [Fact]
    public async Task A_time_for_a_model_that_is_not_served_ends_the_start() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => RunningExecutor.StartAsync(new ExecutorOptions
        {
            Models = [new ModelSource("half", OnnxFiles.HalfPlusTwo(_folder["half"]), null)],
            Synthetic = new Dictionary<string, SyntheticDelay> { ["helf"] = new(1) },
        }))).Message.ShouldBe("--synthetic helf: there is no model helf.");

    [Fact]
    public async Task An_executor_without_a_model_takes_the_time_of_one_that_is_still_to_be_added()
    {
        await using var registry = await FakeRegistry.StartAsync();

        await using var executor = await RunningExecutor.StartAsync(new ExecutorOptions
        {
            Registry = registry.Url,
            Cache = _folder["cache"],
            Synthetic = new Dictionary<string, SyntheticDelay> { ["half"] = new(1) },
        });

        (await executor.GetAsync("/health")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_answer_is_the_models_own_and_not_earlier_than_the_formula_says()
    {
        await using var executor = await StartAsync(new SyntheticDelay(40, PerElementMs: 20));
        var channel = executor.Connect();

        var started = Stopwatch.GetTimestamp();
        var (status, body) = await executor.PostAsync("/v1/models/half:predict", """{"instances": [2, 4, 6]}""");
        var overRest = Stopwatch.GetElapsedTime(started);
        started = Stopwatch.GetTimestamp();
        var answer = await channel.UnaryAsync(PredictionService.Predict, RunningExecutor.Request("half", ("x", [2f], [1])));
        var overGrpc = Stopwatch.GetElapsedTime(started);

        status.ShouldBe(200);
        body.GetProperty("predictions").EnumerateArray().Select(value => value.GetDouble()).ShouldBe([3, 4, 5]);
        RunningExecutor.Floats(answer.Outputs["y"]).ShouldBe([3f]);
        overRest.TotalMilliseconds.ShouldBeGreaterThanOrEqualTo(100);
        overGrpc.TotalMilliseconds.ShouldBeGreaterThanOrEqualTo(60);
    }

    [Fact]
    public async Task Requests_that_meet_slow_each_other_down_and_run_side_by_side()
    {
        // More than may run at a time: a synthetic request waits without holding a run.
        await using var executor = await StartAsync(new SyntheticDelay(300, PerRequestMs: 50));

        var started = Stopwatch.GetTimestamp();
        var lengths = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            (await executor.PostAsync("/v1/models/half:predict", """{"instances": [1]}""")).Status.ShouldBe(200);
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }));

        lengths.Order().Select((length, ahead) => length - (300 + (50 * ahead))).ShouldAllBe(over => over >= 0);
    }

    [Fact]
    public async Task A_request_that_is_given_up_leaves_the_model()
    {
        await using var executor = await StartAsync(new SyntheticDelay(SyntheticDelay.MaxMs));
        using var cancellation = new CancellationTokenSource();
        var asked = executor.Http.PostAsync(
            "/v1/models/half:predict", new StringContent("""{"instances": [1]}"""), cancellation.Token);
        await RunningExecutor.UntilAsync(() => InFlight(executor) == 1);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => asked);
        await RunningExecutor.UntilAsync(() => InFlight(executor) == 0);
        InFlight(executor).ShouldBe(0);
    }

    [Fact]
    public async Task A_node_that_is_far_away_answers_calls_late_and_its_companion_at_once()
    {
        await using var far = await StartAsync(delay: null, replyDelay: TimeSpan.FromMilliseconds(150));
        var channel = far.Connect();

        var started = Stopwatch.GetTimestamp();
        var (status, body) = await far.PostAsync("/v1/models/half:predict", """{"instances": [2]}""");
        var overRest = Stopwatch.GetElapsedTime(started);
        started = Stopwatch.GetTimestamp();
        var refused = await Should.ThrowAsync<GrpcException>(
            () => channel.UnaryAsync(PredictionService.Predict, RunningExecutor.Request("half", ("z", [2f], [1]))));
        var overGrpc = Stopwatch.GetElapsedTime(started);

        (status, body.GetProperty("predictions")[0].GetDouble()).ShouldBe((200, 3.0));
        refused.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        overRest.TotalMilliseconds.ShouldBeGreaterThanOrEqualTo(150);
        overGrpc.TotalMilliseconds.ShouldBeGreaterThanOrEqualTo(150);

        await using var farther = await StartAsync(delay: null, replyDelay: TimeSpan.FromHours(1));
        (await farther.GetAsync("/v1/models/half")).Status.ShouldBe(200);
        (await farther.Http.GetStringAsync("/monitoring/prometheus/metrics")).ShouldContain("mulambda_executor");
    }

    public void Dispose()
    {
        _timer.Dispose();
        _folder.Dispose();
    }

    private Task<RunningExecutor> StartAsync(SyntheticDelay? delay, TimeSpan replyDelay = default) => RunningExecutor.StartAsync(new ExecutorOptions
    {
        Models = [new ModelSource("half", OnnxFiles.HalfPlusTwo(_folder["half"]), null)],
        MaxParallelRuns = 1,
        Synthetic = delay is null ? new ExecutorOptions().Synthetic : new Dictionary<string, SyntheticDelay> { ["half"] = delay },
        ReplyDelay = replyDelay,
    });

    private static PredictionInput Input(params int[] lengths)
    {
        var input = new PredictionInput(string.Empty, []);
        for (var i = 0; i < lengths.Length; i++)
        {
            input.Add($"x{i}", Tensor.Create(DType.Float32, [lengths[i]]));
        }

        return input;
    }

    private static int InFlight(RunningExecutor executor) => executor.Admission.Count;
}
