using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Selector.Tests.Fronts;

/// <summary>What holds of every front.</summary>
public sealed class FrontTests
{
    public static TheoryData<string> Fronts => Front.All;

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task A_client_is_answered_by_the_model_that_fits_it_and_told_which_that_was(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);

        var answer = (await Front.Of(front).AskAsync(platform, "accurate", Front.Images(7, 2))).ShouldBeOk();

        answer.Labels.ShouldBe([7, 2]);
        answer.Headers["mulambda-model"].ShouldBe("large@1");
        answer.Headers["mulambda-executor"].ShouldBe("large");
        double.Parse(answer.Headers["mulambda-latency-estimate-ms"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        Guid.TryParse(answer.Headers["mulambda-request-id"], out _).ShouldBeTrue();
        var sent = platform["large"].Calls.Single().Request;
        sent.ModelSpec.Name.ShouldBe("large");
        sent.Inputs["image"].ShouldBe(Front.Images(7, 2));
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task What_a_client_tells_of_an_answer_by_its_request_id_is_taken(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        var answer = await Front.Of(front).AskAsync(platform, "fast", Front.Images(7));

        using var told = await platform.PostAsync("/v1/feedback", $$"""{"requestId": "{{answer.Headers["mulambda-request-id"]}}", "correct": true}""");

        ((int)told.StatusCode).ShouldBe(200);
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task An_id_that_no_client_has_is_not_found(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);

        (await Front.Of(front).AskAsync(platform, "nobody", Front.Images(1))).ShouldFail(404, StatusCode.NotFound, "nobody");
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task A_client_has_one_version(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);

        (await Front.Of(front).AskAsync(platform, "fast", Front.Images(4), version: "1")).ShouldBeOk().Labels.ShouldBe([4]);
        (await Front.Of(front).AskAsync(platform, "fast", Front.Images(4), version: "2")).ShouldFail(404, StatusCode.NotFound, "'2'");
        platform["small"].Calls.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task A_tensor_that_the_signature_does_not_allow_is_refused_by_its_name(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        var caller = Front.Of(front);
        var words = Front.Words([1, 2, 2, 1], "a", "b", "c", "d");
        var flat = Front.Tensor(DataType.DtFloat, [1, 4], Front.Images(1).TensorContent.Span);

        // In rows of the only input JSON does not say its name.
        var name = front == "tensorflow-serving-rest" ? "instances[0]" : "inputs.image";
        (await caller.AskAsync(platform, "fast", words)).ShouldFail(400, StatusCode.InvalidArgument, name);
        (await caller.AskAsync(platform, "fast", flat)).ShouldFail(400, StatusCode.InvalidArgument, name);
        if (front != "tensorflow-serving-rest")
        {
            (await caller.AskAsync(platform, "fast", Front.Images(1), input: "picture")).ShouldFail(400, StatusCode.InvalidArgument, name, "missing");
        }

        (await caller.AskAsync(
                platform, "fast", new Dictionary<string, TensorProto> { ["image"] = Front.Images(1), ["more"] = Front.Images(1) }, 30_000, null))
            .ShouldFail(400, StatusCode.InvalidArgument, "more");
        platform["small"].Calls.ShouldBeEmpty();
        (await platform.CandidatesAsync("fast")).GetProperty("candidates")[0].GetProperty("inFlight").GetInt64().ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task What_the_executor_finds_wrong_is_the_callers_fault(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform["small"].FailWith(StatusCode.InvalidArgument, "the pixel 3 is out of range");

        (await Front.Of(front).AskAsync(platform, "fast", Front.Images(1))).ShouldFail(400, StatusCode.InvalidArgument, "the pixel 3");
        platform["large"].Calls.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task A_body_over_the_limit_is_refused(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small"], "--Selector:MaxRequestBytes=1024");

        (await Front.Of(front).AskAsync(platform, "fast", Front.Images(new int[200]))).ShouldFail(413, StatusCode.ResourceExhausted, "1024");
        (await Front.Of(front).AskAsync(platform, "fast", Front.Images(3))).ShouldBeOk();
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task Who_sends_too_slowly_is_cut_off_and_leaves_its_place(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small"], "--Selector:MaxConcurrentRequests=1");

        (await Front.Of(front).StallAsync(platform, "fast", 200)).ShouldFail(408, StatusCode.DeadlineExceeded, "200 ms");

        (await Front.Of(front).AskAsync(platform, "fast", Front.Images(3))).ShouldBeOk();
        platform["small"].Calls.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task Without_a_deadline_the_default_one_counts(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small"], "--Selector:DefaultTimeoutMs=200");
        platform["small"].Hang();

        (await Front.Of(front).AskAsync(platform, "fast", Front.Images(1), timeoutMs: null)).ShouldFail(504, StatusCode.DeadlineExceeded, "200 ms");
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task A_deadline_that_passes_is_told(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small"], "--Selector:UnresponsiveAfterMs=600000");
        platform["small"].Hang();

        (await Front.Of(front).AskAsync(platform, "fast", Front.Images(1), timeoutMs: 300)).ShouldFail(504, StatusCode.DeadlineExceeded, "300 ms");
        (await Front.Of(front).AskAsync(platform, "fast", Front.Images(1), timeoutMs: 0)).ShouldFail(400, StatusCode.InvalidArgument, "mulambda-timeout-ms");
    }

    // Not sooner: a late answer is worth more than a refusal. Not later either, where the objective leaves more time than the default.
    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task Without_a_deadline_the_clients_objective_extends_the_default_one_and_never_shortens_it(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small"], "--Selector:DefaultTimeoutMs=300");
        platform.Registry.Put(TestPlatform.Client("patient", 1, 0) with { Slo = new Catalog.Slo(30_000) });
        platform.Registry.Put(TestPlatform.Client("hasty", 1, 0) with { Slo = new Catalog.Slo(0.001) });
        await platform.FollowedAsync();

        (await Front.Of(front).AskAsync(platform, "hasty", Front.Images(3), timeoutMs: null)).ShouldBeOk();
        TimeSpan? timeout = null;
        platform["small"].Handler = (request, call) =>
        {
            timeout = call.Timeout;
            return Task.FromResult(TestExecutor.Answer(request));
        };

        (await Front.Of(front).AskAsync(platform, "patient", Front.Images(3), timeoutMs: null)).ShouldBeOk();
        timeout.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromSeconds(10), "what is left of the objective");
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task An_executor_that_dies_with_the_request_is_replaced_by_the_next_best(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform["small"].Cut();

        var answer = (await Front.Of(front).AskAsync(platform, "fast", Front.Images(5))).ShouldBeOk();

        answer.Labels.ShouldBe([5]);
        answer.Headers["mulambda-executor"].ShouldBe("large");
        platform["small"].Calls.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task When_every_candidate_is_full_it_is_told_when_to_come_again(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        platform["small"].FailWith(StatusCode.ResourceExhausted, "the queue is full");

        (await Front.Of(front).AskAsync(platform, "fast", Front.Images(1)))
            .ShouldFail(429, StatusCode.ResourceExhausted, "the queue is full").Headers["retry-after"].ShouldBe("1");
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task When_every_candidate_fails_it_is_unavailable(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        platform["small"].FailWith(StatusCode.Unavailable, "no power");

        (await Front.Of(front).AskAsync(platform, "fast", Front.Images(1)))
            .ShouldFail(503, StatusCode.Unavailable, "no power").Headers["retry-after"].ShouldBe("1");
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task More_requests_than_the_limit_are_refused_before_their_body_is_read(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small"], "--Selector:MaxConcurrentRequests=1");
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var leave = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        platform["small"].Handler = async (request, _) =>
        {
            entered.TrySetResult();
            await leave.Task;
            return TestExecutor.Answer(request);
        };
        var first = Front.Of(front).AskAsync(platform, "fast", Front.Images(3));
        await entered.Task.WaitAsync(TestPlatform.Patience);

        var second = await Front.Of(front).AskAsync(platform, "fast", Front.Images(3));

        leave.SetResult();
        second.ShouldFail(429, StatusCode.ResourceExhausted).Headers["retry-after"].ShouldBe("1");
        (await first).ShouldBeOk();
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task What_is_answered_and_what_fails_counts_for_the_clients_objective_and_what_the_caller_got_wrong_does_not(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        platform.Registry.Put(TestPlatform.Client("watched", 1, 0) with { Slo = new Catalog.Slo(30_000) });
        await platform.FollowedAsync();

        (await Front.Of(front).AskAsync(platform, "watched", Front.Images(3))).ShouldBeOk();
        (await Front.Of(front).AskAsync(platform, "watched", Front.Words([1], "a"))).ShouldFail(400, StatusCode.InvalidArgument);
        (await Front.Of(front).AskAsync(platform, "watched", Front.Images(3), version: "2")).ShouldFail(404, StatusCode.NotFound);
        platform["small"].FailWith(StatusCode.Unavailable);
        (await Front.Of(front).AskAsync(platform, "watched", Front.Images(3))).ShouldFail(503, StatusCode.Unavailable);

        // It is counted behind the answer.
        using var patience = new CancellationTokenSource(TestPlatform.Patience);
        JsonElement status;
        do
        {
            status = await platform.Http.GetFromJsonAsync<JsonElement>("/v1/clients/watched/slo", patience.Token);
        }
        while (status.GetProperty("requests").GetInt64() < 2);
        (status.GetProperty("requests").GetInt64(), status.GetProperty("good").GetInt64()).ShouldBe((2, 1));
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task An_inference_is_one_trace_from_the_front_to_the_executor(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform["small"].FailWith(StatusCode.Unavailable);
        var spans = new ConcurrentQueue<Activity>();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var test = new Activity("test").Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "MuLambda.Selector" or "Microsoft.AspNetCore" or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == test.TraceId)
                {
                    spans.Enqueue(activity);
                    if (activity.OperationName == "infer")
                    {
                        ended.TrySetResult();
                    }
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        (await Front.Of(front).AskAsync(platform, "fast", Front.Images(3))).ShouldBeOk();

        // The answer is there before its span has ended.
        await ended.Task.WaitAsync(TestPlatform.Patience);
        var own = spans.Where(s => s.Source.Name == "MuLambda.Selector").ToList();
        own.Select(s => s.OperationName).ShouldBe(["select", "batch", "forward", "select", "batch", "forward", "infer"], ignoreOrder: true);
        var infer = own.Single(s => s.OperationName == "infer");
        own.Where(s => s.OperationName is "select" or "batch").ShouldAllBe(s => s.ParentSpanId == infer.SpanId);
        infer.GetTagItem("mulambda.front").ShouldBe(front);
        infer.GetTagItem("mulambda.client").ShouldBe("fast");
        infer.GetTagItem("mulambda.executor").ShouldBe("large");
        infer.GetTagItem("mulambda.attempt").ShouldBe(2);
        platform["large"].Calls.Single().TraceParent.ShouldNotBeNull().ShouldContain(test.TraceId.ToString());
    }
}
