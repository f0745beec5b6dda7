using System.Diagnostics;
using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;
using MuLambda.Selector.Tests.Batching;
using MuLambda.Selector.Tests.Fronts;

namespace MuLambda.Selector.Tests.ColdStarts;

/// <summary>A request for a model that no executor serves waits for the first one.</summary>
public sealed class ColdStartTests
{
    public static TheoryData<string> Fronts => Front.All;

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task A_request_for_a_model_without_an_executor_is_answered_by_the_first_that_is_ready(string front)
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await platform.DeployAsync("model");
        var executor = await platform.LaunchAsync("model");

        var asked = Front.Of(front).AskAsync(platform, "fast", Front.Images(7));
        await Waiting.UntilAsync(platform, 1);
        platform.Registry.Put(executor.Registration(ExecutorState.Loading));
        await platform.FollowedAsync();
        Waiting.Count(platform).ShouldBe(1, "it is not ready yet");
        platform.Registry.Put(executor.Registration());

        var answer = (await asked).ShouldBeOk();
        answer.Labels.ShouldBe([7]);
        answer.Headers["mulambda-executor"].ShouldBe("model");
        double.Parse(answer.Headers["mulambda-cold-start-ms"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        var warm = (await Front.Of(front).AskAsync(platform, "fast", Front.Images(1))).ShouldBeOk();
        warm.Headers.ContainsKey("mulambda-cold-start-ms").ShouldBeFalse();
        executor.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_decision_says_how_long_it_waited()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await platform.DeployAsync("model");
        var executor = await platform.LaunchAsync("model");

        var asked = platform.InferAsync("fast");
        await Waiting.UntilAsync(platform, 1);
        platform.Registry.Put(executor.Registration());

        using var answer = await asked;
        var decision = (await Waiting.BodyAsync(answer)).GetProperty("decision");
        decision.GetProperty("executor").GetString().ShouldBe("model");
        decision.GetProperty("coldStartMs").GetDouble().ShouldBe(Waiting.ColdStartMs(answer), 0.01);
        decision.GetProperty("observed").GetProperty("latencyMs").GetDouble().ShouldBeGreaterThanOrEqualTo(decision.GetProperty("coldStartMs").GetDouble());
        (await platform.AnswerAsync("fast")).GetProperty("decision").TryGetProperty("coldStartMs", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task What_waited_leaves_in_one_batch_the_most_important_first()
    {
        await using var platform = await TestPlatform.StartAsync([], Batches.OneAtATime);
        await platform.DeployAsync("model");
        var executor = await platform.LaunchAsync("model");
        var asked = new List<Task<HttpResponseMessage>>();
        foreach (var (label, priority, timeoutMs) in new[] { (1, "1", 50_000), (4, null, 50_000), (5, null, 40_000), (9, "9", 50_000) })
        {
            asked.Add(platform.InferAsync("fast", TestPlatform.Body(label), timeoutMs, priority));
            await Waiting.UntilAsync(platform, asked.Count);
        }

        platform.Registry.Put(executor.Registration());

        (await Task.WhenAll(asked)).ShouldAllBe(answer => answer.IsSuccessStatusCode);
        var call = executor.Calls.ShouldHaveSingleItem();
        Batches.Labels(call.Request).ShouldBe([9, 5, 4, 1], "the higher priority, then the earlier deadline");
    }

    [Fact]
    public async Task Many_that_wait_are_all_answered_with_their_own_answers()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await platform.DeployAsync("model");
        var executor = await platform.LaunchAsync("model");
        var asked = Enumerable.Range(0, 100).Select(i => platform.AnswerAsync("fast", TestPlatform.Body(i % 10), 50_000)).ToList();
        await Waiting.UntilAsync(platform, asked.Count);

        platform.Registry.Put(executor.Registration());

        var answers = await Task.WhenAll(asked);
        answers.Index().ShouldAllBe(answer => Batches.LabelsOf(answer.Item).SequenceEqual(new[] { answer.Index % 10 }));
        executor.Calls.Count.ShouldBeLessThan(100);
        Waiting.Count(platform).ShouldBe(0);
    }

    [Fact]
    public async Task Inputs_that_the_model_does_not_take_are_refused_at_once()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await platform.DeployAsync("model");

        var problem = await TestPlatform.ProblemAsync(platform.InferAsync("fast", """{"instances": ["no image"]}"""), 400);

        problem.GetProperty("errors").EnumerateObject().ShouldNotBeEmpty();
        Waiting.Count(platform).ShouldBe(0);
    }

    [Fact]
    public async Task A_better_model_is_waited_for_though_another_is_ready_by_who_wants_it()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        await platform.DeployAsync("large", accuracy: 0.99);
        var large = await platform.LaunchAsync("large");

        (await platform.AnswerAsync("fast")).GetProperty("decision").GetProperty("executor").GetString().ShouldBe("small");
        (await platform.AnswerAsync("accurate", timeoutMs: 1000)).GetProperty("decision").GetProperty("executor").GetString()
            .ShouldBe("small", "a start is expected to take two seconds");
        var asked = platform.AnswerAsync("accurate");
        await Waiting.UntilAsync(platform, 1);
        platform.Registry.Put(large.Registration());

        (await asked).GetProperty("decision").GetProperty("executor").GetString().ShouldBe("large");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_the_better_model_does_not_start_half_of_the_time_is_left_for_the_other_and_nobody_waits_for_it_again_soon(bool infers)
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        await platform.DeployAsync("large", accuracy: 0.99);
        Task<HttpResponseMessage> AskAsync(int timeoutMs) => infers
            ? platform.InferAsync("accurate", timeoutMs: timeoutMs)
            : platform.PostAsync("/v1/select", """{"client": "accurate"}""", timeoutMs);

        using (var waited = await AskAsync(4000))
        {
            var body = await Waiting.BodyAsync(waited);
            (infers ? body.GetProperty("decision") : body).GetProperty("executor").GetString().ShouldBe("small");
            Waiting.ColdStartMs(waited).ShouldBeGreaterThan(0);
        }

        using (var next = await AskAsync(30_000))
        {
            next.IsSuccessStatusCode.ShouldBeTrue();
            next.Headers.Contains("mulambda-cold-start-ms").ShouldBeFalse();
        }

        platform.Time.Advance(TimeSpan.FromMinutes(2));
        var later = AskAsync(30_000);
        await Waiting.UntilAsync(platform, 1);
        platform.Registry.DeleteDeployment("large");
        (await later).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task A_replica_that_drains_finishes_what_it_has_and_who_comes_then_waits_for_another()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], Batches.OneAtATime);
        platform.Registry.Put(new Deployment("model"));
        await platform.FollowedAsync();
        using var gate = new Gate(platform["model"]);
        var running = platform.InferAsync("fast", TestPlatform.Body(1));
        await gate.EnteredAsync(1);
        var queued = platform.InferAsync("fast", TestPlatform.Body(2));
        await Batches.WaitingAsync(platform, 1);

        platform.Registry.Put(platform["model"].Registration(ExecutorState.Draining));
        await platform.FollowedAsync();
        var late = platform.InferAsync("fast", TestPlatform.Body(3));
        await Waiting.UntilAsync(platform, 1);
        gate.Open();

        (await running).IsSuccessStatusCode.ShouldBeTrue();
        (await queued).IsSuccessStatusCode.ShouldBeTrue();
        late.IsCompleted.ShouldBeFalse();
        platform["model"].Calls.SelectMany(call => Batches.Labels(call.Request)).ShouldBe([1, 2]);
        platform.Registry.Put(platform["model"].Registration() with { Id = "model-2" });
        using var answer = await late;
        (await Waiting.BodyAsync(answer)).GetProperty("decision").GetProperty("executor").GetString().ShouldBe("model-2");
    }

    [Fact]
    public async Task A_client_whose_models_would_have_to_start_is_a_model_that_is_there()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        using (var before = await platform.Http.GetAsync("/v2/models/fast/ready"))
        {
            before.IsSuccessStatusCode.ShouldBeFalse();
        }

        await platform.DeployAsync("model");

        using var ready = await platform.Http.GetAsync("/v2/models/fast/ready");
        ((int)ready.StatusCode).ShouldBe(200);
        (await platform.Http.GetStringAsync("/v2/models/fast")).ShouldContain("probabilities");
    }

    [Fact]
    public async Task The_wait_is_a_span_of_the_requests_trace()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await platform.DeployAsync("model");
        var executor = await platform.LaunchAsync("model");
        var trace = ActivityTraceId.CreateRandom();
        var spans = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is SelectorTelemetry.Name or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == trace)
                {
                    spans.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        platform.Http.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");

        var asked = platform.InferAsync("fast");
        await Waiting.UntilAsync(platform, 1);
        platform.Registry.Put(executor.Registration());
        (await asked).IsSuccessStatusCode.ShouldBeTrue();

        await Batches.Eventually(() => spans.Any(span => span.OperationName == "forward"));
        var wait = spans.Where(span => span.OperationName == "cold-start").ShouldHaveSingleItem();
        wait.GetTagItem("mulambda.model").ShouldBe("model");
        wait.GetTagItem("mulambda.cold_start.wait_ms").ShouldBeOfType<double>().ShouldBeGreaterThan(0);
        wait.Status.ShouldBe(ActivityStatusCode.Unset);
    }

    [Fact]
    public async Task One_that_waits_for_a_start_takes_no_place_from_those_that_are_served()
    {
        await using var platform = await TestPlatform.StartAsync(["ready"], "--Selector:MaxConcurrentRequests=1");
        platform.Registry.Put(TestPlatform.DigitModel("cold", 0.9, 1000) with { Task = "detection" });
        platform.Registry.Put(new Deployment("cold"));
        platform.Registry.Put(TestPlatform.Client("detecting", 1, 0, task: "detection"));
        await platform.FollowedAsync();
        var executor = await platform.LaunchAsync("cold");

        var asked = platform.InferAsync("detecting");
        await Waiting.UntilAsync(platform, 1);

        (await platform.AnswerAsync("fast")).GetProperty("decision").GetProperty("executor").GetString().ShouldBe("ready");
        platform.Registry.Put(executor.Registration());
        (await asked).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task Who_names_no_deadline_has_one_that_is_long_enough_for_a_start()
    {
        const int Usual = 2000;
        await using var platform = await TestPlatform.StartAsync([], $"--Selector:DefaultTimeoutMs={Usual}");
        await platform.DeployAsync("model");
        var executor = await platform.LaunchAsync("model");

        var asked = Front.Of("tensorflow-serving-grpc").AskAsync(platform, "fast", Front.Images(7), timeoutMs: null);
        await Waiting.UntilAsync(platform, 1);

        // Who comes later and names the usual time is told that it is over; it is over for the first too.
        await TestPlatform.ProblemAsync(platform.PostAsync("/v1/select", """{"client": "fast"}""", timeoutMs: Usual), 504);
        platform.Registry.Put(executor.Registration());

        (await asked).ShouldBeOk().Labels.ShouldBe([7]);
    }
}
