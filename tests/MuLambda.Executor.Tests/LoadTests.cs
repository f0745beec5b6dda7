using System.Diagnostics;
using MuLambda.Executor.Options;
using MuLambda.Executor.Scheduling;
using MuLambda.Executor.Tests.Support;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Tests;

public sealed class LoadTests
{
    [Fact]
    public async Task A_full_queue_refuses_at_once_and_a_cancelled_wait_gives_its_place_back()
    {
        using var gate = new RunGate(maxParallelRuns: 1, queueLimit: 1);
        var running = await gate.EnterAsync(CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var waiting = gate.EnterAsync(cancel.Token).AsTask();
        gate.QueueLength.ShouldBe(1);

        (await Should.ThrowAsync<GrpcException>(async () => await gate.EnterAsync(CancellationToken.None)))
            .StatusCode.ShouldBe(StatusCode.ResourceExhausted);

        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        gate.QueueLength.ShouldBe(0);

        var next = gate.EnterAsync(CancellationToken.None).AsTask();
        next.IsCompleted.ShouldBeFalse();
        running.Dispose();
        (await next.WaitAsync(RunningExecutor.Patience)).Dispose();
    }

    [Fact]
    public async Task Waiting_requests_are_let_in_in_their_order()
    {
        using var gate = new RunGate(maxParallelRuns: 1, queueLimit: 10);
        var turn = await gate.EnterAsync(CancellationToken.None);
        var waiting = Enumerable.Range(0, 10).Select(_ => gate.EnterAsync(CancellationToken.None).AsTask()).ToList();

        foreach (var next in waiting)
        {
            turn.Dispose();
            turn = await next.WaitAsync(RunningExecutor.Patience);
            waiting.Count(w => w.IsCompleted).ShouldBe(waiting.IndexOf(next) + 1);
        }
    }

    [Fact]
    public async Task An_executor_that_runs_and_queues_its_limit_answers_429_and_resource_exhausted()
    {
        using var folder = new TempFolder();
        await using var executor = await RunningExecutor.StartAsync(Slow(folder, products: 3_000) with { MaxParallelRuns = 1, QueueLimit = 0 });
        var channel = executor.Connect();
        using var cancel = new CancellationTokenSource();
        var running = channel.UnaryAsync(PredictionService.Predict, RunningExecutor.SlowRequest("slow"), cancellationToken: cancel.Token);
        await MetricReachesAsync(executor, "mulambda_executor_requests_in_flight", 1);

        GrpcException? refused = null;
        while (refused is null && !running.IsCompleted)
        {
            try
            {
                await channel.UnaryAsync(PredictionService.Predict, RunningExecutor.Request("half", ("x", [1f], [1])));
            }
            catch (GrpcException e)
            {
                refused = e;
            }
        }

        refused.ShouldNotBeNull().StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        refused.Message.ShouldContain("limit");
        (await executor.PostAsync("/v1/models/half:predict", """{"instances": [1]}""")).Status.ShouldBe(429);
        await cancel.CancelAsync();
        (await running.ShouldThrowAsync<GrpcException>()).StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    [Fact]
    public async Task A_caller_who_cancels_leaves_the_queue()
    {
        using var folder = new TempFolder();
        await using var executor = await RunningExecutor.StartAsync(Slow(folder, products: 1) with { MaxParallelRuns = 1 });
        var channel = executor.Connect();
        var turn = await executor.Runs.EnterAsync(CancellationToken.None);
        using var waiting = new CancellationTokenSource();
        var second = channel.UnaryAsync(
            PredictionService.Predict, RunningExecutor.Request("half", ("x", [1f], [1])), cancellationToken: waiting.Token);
        await MetricReachesAsync(executor, "mulambda_executor_queue_length", 1);

        await waiting.CancelAsync();

        (await second.ShouldThrowAsync<GrpcException>()).StatusCode.ShouldBe(StatusCode.Cancelled);
        await MetricReachesAsync(executor, "mulambda_executor_queue_length", 0);
        turn.Dispose();
        var third = await channel.UnaryAsync(PredictionService.Predict, RunningExecutor.Request("half", ("x", [1f], [1])));
        RunningExecutor.Floats(third.Outputs["y"]).ShouldBe([2.5f]);
    }

    [Fact]
    public async Task A_caller_who_cancels_ends_a_run_in_its_middle()
    {
        using var folder = new TempFolder();
        await using var executor = await RunningExecutor.StartAsync(Slow(folder, products: 10_000) with { MaxParallelRuns = 1 });
        var channel = executor.Connect();
        using var running = new CancellationTokenSource();
        var first = channel.UnaryAsync(
            PredictionService.Predict, RunningExecutor.SlowRequest("slow"), new GrpcCallOptions { Timeout = TimeSpan.FromMinutes(30) }, running.Token);
        await MetricReachesAsync(executor, "mulambda_executor_requests_in_flight", 1);

        await running.CancelAsync();

        (await first.ShouldThrowAsync<GrpcException>()).StatusCode.ShouldBe(StatusCode.Cancelled);
        await MetricReachesAsync(executor, "mulambda_executor_requests_in_flight", 0);
    }

    [Fact]
    public async Task The_deadline_stops_a_run_in_its_middle()
    {
        using var folder = new TempFolder();
        await using var executor = await RunningExecutor.StartAsync(Slow(folder, products: 2_000) with { MaxParallelRuns = 1 });
        var channel = executor.Connect();

        var failure = await channel.UnaryAsync(
            PredictionService.Predict, RunningExecutor.SlowRequest("slow"), new GrpcCallOptions { Timeout = TimeSpan.FromMilliseconds(500) })
            .ShouldThrowAsync<GrpcException>();

        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await MetricReachesAsync(executor, "mulambda_executor_requests_in_flight", 0);

        // The only run there may be has ended: the next request gets its turn.
        await channel.UnaryAsync(PredictionService.Predict, RunningExecutor.Request("half", ("x", [1f], [1])));
    }

    [Fact]
    public async Task The_executors_own_limit_ends_requests_that_set_no_deadline()
    {
        using var folder = new TempFolder();
        await using var executor = await RunningExecutor.StartAsync(
            Slow(folder, products: 2_000) with { RequestTimeout = TimeSpan.FromMilliseconds(200) });

        var failure = await executor.Connect().UnaryAsync(PredictionService.Predict, RunningExecutor.SlowRequest("slow"))
            .ShouldThrowAsync<GrpcException>();

        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        failure.Message.ShouldContain("0.2 s");
    }

    [Fact]
    public async Task A_run_is_a_span_below_the_request_with_model_and_items()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "MuLambda.Executor" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var folder = new TempFolder();
        await using var executor = await RunningExecutor.StartAsync(
            Slow(folder, products: 1) with { Id = "executor-1" });
        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();

        await executor.Connect().UnaryAsync(PredictionService.Predict, RunningExecutor.Request("half", ("x", [1f, 2f], [2])));
        await executor.DisposeAsync();

        Activity[] mine;
        lock (spans)
        {
            mine = [.. spans.Where(span => span.TraceId == caller.TraceId)];
        }

        var request = mine.Single(span => span.Kind == ActivityKind.Server);
        var predict = mine.Single(span => span.OperationName == "predict");
        predict.Kind.ShouldBe(ActivityKind.Internal);
        predict.ParentSpanId.ShouldBe(request.SpanId);
        predict.GetTagItem("mulambda.model").ShouldBe("half");
        predict.GetTagItem("mulambda.model.version").ShouldBe(1L);
        predict.GetTagItem("mulambda.executor").ShouldBe("executor-1");
        predict.GetTagItem("mulambda.items").ShouldBe(2L);
    }

    private static ExecutorOptions Slow(TempFolder folder, int products) => new()
    {
        Models =
        [
            new ModelSource("slow", OnnxFiles.Slow(folder["slow"], products), null),
            new ModelSource("half", OnnxFiles.HalfPlusTwo(folder["half"]), null),
        ],
    };

    /// <summary>Reads the metrics until one has a value.</summary>
    private static async Task MetricReachesAsync(RunningExecutor executor, string metric, int value)
    {
        using var deadline = new CancellationTokenSource(RunningExecutor.Patience);
        while (!(await executor.Http.GetStringAsync("/monitoring/prometheus/metrics", deadline.Token)).Contains($"{metric} {value}\n", StringComparison.Ordinal))
        {
            deadline.Token.ThrowIfCancellationRequested();
        }
    }
}
