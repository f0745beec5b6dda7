using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;
using static MuLambda.Selector.Tests.Batching.Batches;

namespace MuLambda.Selector.Tests.Batching;

/// <summary>Requests that come while their executor is busy go to it together.</summary>
public sealed class BatchingTests
{
    [Fact]
    public async Task Requests_that_come_while_the_executor_is_busy_share_a_batch_and_each_gets_its_own_answer()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], OneAtATime);
        using var gate = new Gate(platform["model"]);
        var first = platform.AnswerAsync("fast", TestPlatform.Body(9));
        await gate.EnteredAsync(1);
        var others = Enumerable.Range(0, 8).Select(label => platform.AnswerAsync("fast", TestPlatform.Body(label, label))).ToList();
        await WaitingAsync(platform, 8);

        gate.Open();

        LabelsOf(await first).ShouldBe([9]);
        for (var label = 0; label < 8; label++)
        {
            LabelsOf(await others[label]).ShouldBe([label, label]);
        }

        Sizes(platform["model"]).ShouldBe([1, 16]);
    }

    [Fact]
    public async Task A_request_with_more_examples_than_a_batch_may_have_is_answered_in_parts_and_in_order()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], [.. OneAtATime, "--Batching:MaxItems=4"]);

        var answer = await platform.AnswerAsync("fast", TestPlatform.Body(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));

        LabelsOf(answer).ShouldBe(Enumerable.Range(0, 10));
        Sizes(platform["model"]).Order().ShouldBe([2, 4, 4]);
    }

    [Fact]
    public async Task A_request_in_parts_fails_whole_where_a_part_fails()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], [.. OneAtATime, "--Batching:MaxItems=4"]);
        platform["model"].Handler = (request, _) => Labels(request).Contains(7)
            ? throw new GrpcException(StatusCode.InvalidArgument, "seven is not allowed")
            : Task.FromResult(TestExecutor.Answer(request));

        (await TestPlatform.ProblemAsync(platform.InferAsync("fast", TestPlatform.Body(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)), 400))
            .ToString().ShouldContain("seven is not allowed");
    }

    [Fact]
    public async Task A_new_replica_is_taken_to_be_as_fast_as_another_until_it_has_answered()
    {
        const int Patient = 3_000_000;
        await using var platform = await TestPlatform.StartAsync(["model"]);
        platform["model"].Handler = (request, _) =>
        {
            platform.Time.Advance(TimeSpan.FromSeconds(30));
            return Task.FromResult(TestExecutor.Answer(request));
        };
        for (var i = 0; i < 3; i++)
        {
            await platform.AnswerAsync("fast", timeoutMs: Patient);
        }

        await using var second = await TestExecutor.StartAsync("second");
        using var gate = new Gate(second);
        platform.Registry.Put(second.Registration() with { Models = platform["model"].Registration().Models });
        platform.Registry.Put(platform["model"].Registration(ExecutorState.Draining));
        await platform.FollowedAsync();
        var first = platform.AnswerAsync("fast", timeoutMs: Patient);
        await gate.EnteredAsync(1);

        // Behind a batch of half a minute it would be too late, which no answer of this executor has told yet.
        await TestPlatform.ProblemAsync(platform.InferAsync("fast", timeoutMs: 10_000), 429);

        gate.Open();
        LabelsOf(await first).ShouldBe([3]);
    }

    [Fact]
    public async Task A_poisoned_request_fails_alone()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], OneAtATime);
        using var gate = new Gate(platform["model"])
        {
            Then = request => Labels(request).Contains(7)
                ? throw new GrpcException(StatusCode.InvalidArgument, "seven is not allowed")
                : TestExecutor.Answer(request),
        };
        var first = platform.AnswerAsync("fast", TestPlatform.Body(9));
        await gate.EnteredAsync(1);
        var good = Enumerable.Range(0, 6).Select(label => platform.AnswerAsync("fast", TestPlatform.Body(label))).ToList();
        var poisoned = platform.InferAsync("fast", TestPlatform.Body(7));
        await WaitingAsync(platform, 7);

        gate.Open();

        (await TestPlatform.ProblemAsync(poisoned, 400)).ToString().ShouldContain("seven is not allowed");
        await first;
        for (var label = 0; label < 6; label++)
        {
            LabelsOf(await good[label]).ShouldBe([label]);
        }
    }

    [Fact]
    public async Task When_an_executor_dies_with_a_batch_in_flight_another_answers_each_of_its_requests_once()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"], OneAtATime);
        using var gate = new Gate(platform["large"]);
        var answers = new List<Task<JsonElement>> { platform.AnswerAsync("accurate", TestPlatform.Body(9)) };
        await gate.EnteredAsync(1);
        answers.AddRange(Enumerable.Range(0, 9).Select(label => platform.AnswerAsync("accurate", TestPlatform.Body(label))));
        await WaitingAsync(platform, 9);

        await platform["large"].StopAsync();

        var all = await Task.WhenAll(answers);
        all.SelectMany(LabelsOf).Order().ShouldBe(Enumerable.Range(0, 10));
        all.ShouldAllBe(answer => answer.GetProperty("decision").GetProperty("executor").GetString() == "small");
        platform["small"].Calls.SelectMany(call => Labels(call.Request)).Order().ShouldBe(Enumerable.Range(0, 10));
    }

    [Fact]
    public async Task A_request_that_cannot_be_answered_before_its_deadline_is_refused_and_never_sent()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], OneAtATime);
        using var gate = new Gate(platform["model"]);
        var first = platform.AnswerAsync("fast", TestPlatform.Body(9));
        await gate.EnteredAsync(1);

        using var late = await platform.InferAsync("fast", TestPlatform.Body(3), timeoutMs: 50);

        ((int)late.StatusCode).ShouldBeOneOf(429, 504);
        gate.Open();
        await first;
        Sizes(platform["model"]).ShouldBe([1]);
    }

    [Fact]
    public async Task The_queue_aims_at_the_clients_objective_and_an_answer_on_its_way_may_be_later()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], OneAtATime);
        platform.Registry.Put(TestPlatform.Client("strict", 1, 0) with { Slo = new Catalog.Slo(50) });
        await platform.FollowedAsync();
        using var gate = new Gate(platform["model"]);
        var first = platform.AnswerAsync("strict", TestPlatform.Body(9));
        await gate.EnteredAsync(1);

        using var waiting = await platform.InferAsync("strict", TestPlatform.Body(3));

        ((int)waiting.StatusCode).ShouldBe(429, "its objective passed in the queue");
        gate.Open();
        LabelsOf(await first).ShouldBe([9], "what was sent is answered, late as it is");
    }

    [Fact]
    public async Task A_caller_that_goes_away_takes_its_request_out_of_the_queue()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], OneAtATime);
        using var gate = new Gate(platform["model"]);
        var first = platform.AnswerAsync("fast", TestPlatform.Body(9));
        await gate.EnteredAsync(1);
        using var cancel = new CancellationTokenSource();
        using var content = new StringContent(TestPlatform.Body(3));
        var cancelled = platform.Http.PostAsync("/v1/clients/fast:infer", content, cancel.Token);
        await WaitingAsync(platform, 1);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(cancelled);
        await WaitingAsync(platform, 0);
        gate.Open();
        await first;
        Sizes(platform["model"]).ShouldBe([1]);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_says_when_to_come_again()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], [.. OneAtATime, "--Batching:MaxQueued=4"]);
        using var gate = new Gate(platform["model"]);
        var taken = new List<Task<JsonElement>> { platform.AnswerAsync("fast") };
        await gate.EnteredAsync(1);
        taken.AddRange(Enumerable.Range(0, 4).Select(_ => platform.AnswerAsync("fast")));
        await WaitingAsync(platform, 4);

        using var refused = await platform.InferAsync("fast");

        ((int)refused.StatusCode).ShouldBe(429);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        gate.Open();
        await Task.WhenAll(taken);
    }

    [Fact]
    public async Task Requests_beyond_what_the_executor_can_do_do_not_pile_up()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], "--Batching:MaxQueued=16", "--Selector:MaxConcurrentRequests=2000");
        using var gate = new Gate(platform["model"]);
        var all = Enumerable.Range(0, 400).Select(_ => platform.InferAsync("fast")).ToList();
        await Eventually(() => all.Count(call => call.IsCompleted) >= 300);

        Waiting(platform).ShouldBeLessThanOrEqualTo(16);
        gate.Open();
        var statuses = (await Task.WhenAll(all)).Select(answer => (int)answer.StatusCode).ToList();
        statuses.ShouldAllBe(status => status == 200 || status == 429);
        statuses.Count(status => status == 200).ShouldBeInRange(1, 100);
    }

    [Fact]
    public async Task A_selector_that_is_stopped_answers_what_waits_in_its_queues_first()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], OneAtATime);
        using var gate = new Gate(platform["model"]);
        var calls = new List<Task<JsonElement>> { platform.AnswerAsync("fast", TestPlatform.Body(9)) };
        await gate.EnteredAsync(1);
        calls.AddRange(Enumerable.Range(0, 5).Select(label => platform.AnswerAsync("fast", TestPlatform.Body(label))));
        await WaitingAsync(platform, 5);

        var stopped = platform.StopSelectorAsync();
        stopped.IsCompleted.ShouldBeFalse();
        gate.Open();

        (await Task.WhenAll(calls)).SelectMany(LabelsOf).Order().ShouldBe([0, 1, 2, 3, 4, 9]);
        await stopped.WaitAsync(TestPlatform.Patience);
    }

    [Fact]
    public async Task Every_request_has_a_span_of_its_wait_and_the_call_of_a_batch_links_all_of_them()
    {
        var traces = Enumerable.Range(0, 4).Select(_ => ActivityTraceId.CreateRandom()).ToList();
        var spans = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "MuLambda.Selector" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (traces.Contains(activity.TraceId))
                {
                    spans.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var platform = await TestPlatform.StartAsync(["model"], OneAtATime);
        using var gate = new Gate(platform["model"]);
        var calls = new List<Task> { SendAsync(traces[0]) };
        await gate.EnteredAsync(1);
        calls.AddRange(traces.Skip(1).Select(SendAsync));
        await WaitingAsync(platform, 3);
        gate.Open();
        await Task.WhenAll(calls);

        spans.Where(span => span.OperationName == "batch").Select(span => span.TraceId).ShouldBe(traces, ignoreOrder: true);
        var waits = spans.Where(span => span.OperationName == "batch" && span.TraceId != traces[0]).ToList();
        waits.ShouldAllBe(span => span.GetTagItem("mulambda.batch.requests")!.Equals(3));
        var forward = spans.Where(span => span.OperationName == "forward").Single(span => span.TraceId != traces[0]);
        forward.Links.Select(link => link.Context.TraceId).ShouldBe(traces.Skip(1), ignoreOrder: true);

        async Task SendAsync(ActivityTraceId trace)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/clients/fast:infer") { Content = new StringContent(TestPlatform.Body(3)) };
            request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
            using var answer = await platform.Http.SendAsync(request);
            answer.EnsureSuccessStatusCode();
        }
    }

    [Fact]
    public async Task How_long_answers_wait_for_a_thread_is_measured_once_a_batch()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], OneAtATime);
        var factory = platform.Services.GetRequiredService<IMeterFactory>();
        var measured = new System.Collections.Concurrent.ConcurrentQueue<double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Name == "mulambda.batch.handover")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => measured.Enqueue(seconds));
        listener.Start();
        using var gate = new Gate(platform["model"]);
        var calls = new List<Task> { platform.AnswerAsync("fast") };
        await gate.EnteredAsync(1);
        calls.AddRange(Enumerable.Range(0, 5).Select(_ => platform.AnswerAsync("fast")));
        await WaitingAsync(platform, 5);
        gate.Open();
        await Task.WhenAll(calls);

        Sizes(platform["model"]).ShouldBe([1, 5]);
        measured.Count.ShouldBe(2);
        measured.ShouldAllBe(seconds => seconds >= 0);
    }

    [Fact]
    public async Task What_a_request_would_wait_is_told_by_the_queue()
    {
        await using var platform = await TestPlatform.StartAsync(["model"]);
        for (var i = 0; i < 10; i++)
        {
            await platform.AnswerAsync("fast");
        }

        Wait(await platform.CandidatesAsync("fast")).ShouldBe(0);
        using var gate = new Gate(platform["model"]);
        var calls = Enumerable.Range(0, 20).Select(_ => platform.AnswerAsync("fast")).ToList();
        await Eventually(() => Waiting(platform) > 0);

        Wait(await platform.CandidatesAsync("fast")).ShouldBeGreaterThan(0);
        gate.Open();
        await Task.WhenAll(calls);

        static double Wait(JsonElement candidates) =>
            candidates.GetProperty("candidates")[0].GetProperty("estimate").GetProperty("waitMs").GetDouble();
    }

    [Fact]
    public void Options_of_batching_are_checked()
    {
        Should.Throw<Exception>(() => Start("--Batching:Policy=best")).Message.ShouldContain("adaptive");
        Should.Throw<Exception>(() => Start("--Batching:MaxItems=0")).Message.ShouldContain("MaxItems");

        static void Start(string option) => SelectorApplication.Create(["--urls=http://127.0.0.1:0", "--Selector:Registry=http://127.0.0.1:9", option])
            .Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<BatchingOptions>>().Value.ShouldNotBeNull();
    }
}
