using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Selector.Tests;

public sealed class FailureTests
{
    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.NotFound)]
    [InlineData(null)]
    public async Task A_failed_forward_is_answered_by_the_next_best_and_the_executor_left_out(StatusCode? status)
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        if (status is { } code)
        {
            platform["small"].FailWith(code);
        }
        else
        {
            platform["small"].Cut();
        }

        var answer = await platform.AnswerAsync("fast");

        InferTests.Labels(answer).ShouldBe([3]);
        answer.GetProperty("decision").GetProperty("executor").GetString().ShouldBe("large");
        answer.GetProperty("decision").GetProperty("observed").GetProperty("attempts").GetInt32().ShouldBe(2);
        var calls = platform["small"].Calls.Count;
        var small = await CandidateAsync(platform, "small");
        small.GetProperty("quarantined").GetBoolean().ShouldBeTrue();
        small.GetProperty("inFlight").GetInt64().ShouldBe(0);

        (await platform.AnswerAsync("fast")).GetProperty("decision").GetProperty("observed").GetProperty("attempts").GetInt32().ShouldBe(1);
        platform["small"].Calls.Count.ShouldBe(calls);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_passed_on_is_a_failed_attempt()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform["small"].Handler = (request, _) =>
        {
            // Fewer values than the shape has places for.
            var answer = TestExecutor.Answer(request);
            answer.Outputs["probabilities"].TensorContent = ByteString.CopyFrom(1, 2, 3, 4);
            return Task.FromResult(answer);
        };

        var answer = await platform.AnswerAsync("fast");

        InferTests.Labels(answer).ShouldBe([3]);
        answer.GetProperty("decision").GetProperty("executor").GetString().ShouldBe("large");
        var small = await CandidateAsync(platform, "small");
        small.GetProperty("quarantined").GetBoolean().ShouldBeTrue();
        small.GetProperty("observations").GetInt64().ShouldBe(0);
        platform["large"].FailWith(StatusCode.Unavailable);
        platform.Time.Advance(TimeSpan.FromHours(1));
        var problem = await TestPlatform.ProblemAsync(platform.InferAsync("fast", timeoutMs: 30_000), 503);
        problem.GetProperty("detail").GetString()!.ShouldContain("form of the request");
    }

    // A full executor is healthy: were it left out, load alone would take executors away when they are needed most.
    [Fact]
    public async Task A_full_executor_is_passed_over_for_the_request_but_not_left_out()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform["small"].FailWith(StatusCode.ResourceExhausted, "the queue is full");

        (await platform.AnswerAsync("fast")).GetProperty("decision").GetProperty("executor").GetString().ShouldBe("large");

        var small = await CandidateAsync(platform, "small");
        small.GetProperty("quarantined").GetBoolean().ShouldBeFalse();
        small.GetProperty("inFlight").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task When_every_candidate_is_full_it_is_a_429_that_says_when_to_come_again()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform["small"].FailWith(StatusCode.ResourceExhausted, "the queue is full");
        platform["large"].FailWith(StatusCode.ResourceExhausted, "no place");

        using var response = await platform.InferAsync("fast", timeoutMs: 30_000);

        response.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldBe(TimeSpan.FromSeconds(1));
        var problem = await TestPlatform.ProblemAsync(Task.FromResult(response), 429);
        problem.GetProperty("detail").GetString()!.ShouldSatisfyAllConditions(
            d => d.ShouldContain("the queue is full"), d => d.ShouldContain("no place"));
        (await CandidateAsync(platform, "small")).GetProperty("quarantined").GetBoolean().ShouldBeFalse();
        (await CandidateAsync(platform, "large")).GetProperty("quarantined").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task When_one_is_full_and_the_other_broken_it_is_a_503()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform["small"].FailWith(StatusCode.ResourceExhausted);
        platform["large"].FailWith(StatusCode.Unavailable);

        await TestPlatform.ProblemAsync(platform.InferAsync("fast", timeoutMs: 30_000), 503);

        (await CandidateAsync(platform, "small")).GetProperty("quarantined").GetBoolean().ShouldBeFalse();
        (await CandidateAsync(platform, "large")).GetProperty("quarantined").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_request_larger_than_an_executor_takes_is_a_413_and_says_nothing_against_the_executor()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await using var executor = await RestExecutor.StartAsync("rest", (_, context) =>
        {
            context.Response.StatusCode = 413;
            return context.Response.WriteAsJsonAsync(new { error = "more than I take" });
        });
        platform.Registry.Put(TestPlatform.DigitModel("rest", 0.9, 1));
        platform.Registry.Put(executor.Registration());
        await platform.UntilAsync(s => s.Executors.ContainsKey("rest"));

        var problem = await TestPlatform.ProblemAsync(platform.InferAsync("fast", timeoutMs: 30_000), 413);

        problem.GetProperty("detail").GetString()!.ShouldContain("more than I take");
        var rest = await CandidateAsync(platform, "rest");
        rest.GetProperty("quarantined").GetBoolean().ShouldBeFalse();
        rest.GetProperty("inFlight").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task Tensors_larger_than_grpc_executors_take_are_not_sent()
    {
        await using var executor = await TestExecutor.StartAsync("small");
        GrpcAddress.TryParse(executor.Address.AbsoluteUri.TrimEnd('/'), out var address, out _).ShouldBeTrue();
        using var connection = new GrpcConnection(address);
        var tensor = new TensorProto { TensorContent = UnsafeByteOperations.UnsafeWrap(new byte[64 * 1024 * 1024]) };
        var inputs = new ModelInputs("serving_default", new Dictionary<string, TensorProto> { ["image"] = tensor }, 1, "instances");

        var problem = await Should.ThrowAsync<RequestException>(() => connection.PredictAsync(
            new Prediction(TestPlatform.DigitModel("small", 0.9, 1000), inputs), TestPlatform.Patience, CancellationToken.None));

        problem.Status.ShouldBe(413);
        problem.Message.ShouldContain($"{64 * 1024 * 1024}");
        executor.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stopped_process_fails_no_request()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        await platform.AnswerAsync("fast");
        var answers = new List<Task<JsonElement>>();

        for (var i = 0; i < 60; i++)
        {
            if (i == 20)
            {
                await platform["small"].StopAsync();
            }

            answers.Add(platform.AnswerAsync("fast", TestPlatform.Body(i % 10)));
        }

        var labels = (await Task.WhenAll(answers)).Select(a => InferTests.Labels(a).Single());
        labels.ShouldBe(Enumerable.Range(0, 60).Select(i => i % 10));
    }

    [Fact]
    public async Task After_its_quarantine_an_executor_that_answers_again_is_back()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"], "--Selector:QuarantineMs=60000", "--Selector:MaxQuarantineMs=60000");
        platform["small"].FailWith(StatusCode.Unavailable);
        await platform.AnswerAsync("fast");
        platform["small"].Recover();

        (await platform.AnswerAsync("fast")).GetProperty("decision").GetProperty("executor").GetString().ShouldBe("large");
        platform.Time.Advance(TimeSpan.FromMinutes(2));
        await platform.AnswerAsync("fast");

        (await CandidateAsync(platform, "small")).GetProperty("quarantined").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_new_registration_ends_the_quarantine()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"], "--Selector:QuarantineMs=600000", "--Selector:MaxQuarantineMs=600000");
        platform["small"].FailWith(StatusCode.Unavailable);
        await platform.AnswerAsync("fast");
        platform["small"].Recover();

        platform.Registry.DeleteExecutor("small");
        await platform.UntilAsync(s => !s.Executors.ContainsKey("small"));
        platform.Services.GetRequiredService<ExecutorConnections>().Count.ShouldBe(1);
        (await platform.AnswerAsync("fast")).GetProperty("decision").GetProperty("considered").GetInt32().ShouldBe(1);
        platform.Registry.Put(platform["small"].Registration());
        await platform.UntilAsync(s => s.Executors.ContainsKey("small"));

        // Which of the two is the faster only time can tell; it is a candidate again.
        (await platform.AnswerAsync("fast")).GetProperty("decision").GetProperty("considered").GetInt32().ShouldBe(2);
        (await platform.CandidatesAsync("fast")).GetProperty("candidates").EnumerateArray()
            .ShouldAllBe(candidate => !candidate.GetProperty("quarantined").GetBoolean());
    }

    [Fact]
    public async Task When_every_candidate_fails_it_is_a_503_that_names_each()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform["small"].FailWith(StatusCode.Unavailable, "no power");
        platform["large"].FailWith(StatusCode.Unavailable, "no network");

        var problem = await TestPlatform.ProblemAsync(platform.InferAsync("fast", timeoutMs: 30_000), 503);

        problem.GetProperty("detail").GetString()!.ShouldSatisfyAllConditions(
            d => d.ShouldContain("no power"), d => d.ShouldContain("no network"));
    }

    [Fact]
    public async Task A_request_that_no_executor_survives_takes_only_one_out()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "middle", "large"]);
        foreach (var id in new[] { "small", "middle", "large" })
        {
            platform[id].FailWith(StatusCode.Internal);
        }

        await TestPlatform.ProblemAsync(platform.InferAsync("fast", timeoutMs: 30_000), 503);

        var quarantined = (await platform.CandidatesAsync("fast")).GetProperty("candidates").EnumerateArray()
            .Count(c => c.GetProperty("quarantined").GetBoolean());
        quarantined.ShouldBe(1);
    }

    [Fact]
    public async Task Attempts_are_bounded()
    {
        await using var platform = await TestPlatform.StartAsync(["one", "two", "three"], "--Selector:MaxAttempts=2");
        foreach (var id in new[] { "one", "two", "three" })
        {
            platform[id].FailWith(StatusCode.Unavailable);
        }

        await TestPlatform.ProblemAsync(platform.InferAsync("fast", timeoutMs: 30_000), 503);

        (platform["one"].Calls.Count + platform["two"].Calls.Count + platform["three"].Calls.Count).ShouldBe(2);
    }

    [Fact]
    public async Task A_silent_executor_leaves_time_for_another()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"], "--Selector:UnresponsiveAfterMs=100");
        platform["small"].Hang();

        var answer = await platform.AnswerAsync("fast", timeoutMs: 8000);

        answer.GetProperty("decision").GetProperty("executor").GetString().ShouldBe("large");
        (await CandidateAsync(platform, "small")).GetProperty("quarantined").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task When_nothing_answers_in_time_it_is_a_504_that_names_the_deadline()
    {
        await using var platform = await TestPlatform.StartAsync(["small"], "--Selector:UnresponsiveAfterMs=600000");
        platform["small"].Hang();

        var problem = await TestPlatform.ProblemAsync(platform.InferAsync("fast", timeoutMs: 300), 504);

        problem.GetProperty("detail").GetString()!.ShouldContain("300 ms");

        // So short a deadline says nothing against the executor.
        var small = await CandidateAsync(platform, "small");
        small.GetProperty("quarantined").GetBoolean().ShouldBeFalse();
        small.GetProperty("inFlight").GetInt64().ShouldBe(0);
    }

    private static async Task<JsonElement> CandidateAsync(TestPlatform platform, string executor) =>
        (await platform.CandidatesAsync("fast")).GetProperty("candidates").EnumerateArray()
            .Single(c => c.GetProperty("executor").GetString() == executor);
}
