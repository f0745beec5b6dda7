using Microsoft.Extensions.DependencyInjection;
using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;
using MuLambda.Selector.Tests.Batching;
using MuLambda.Selector.Tests.Fronts;

namespace MuLambda.Selector.Tests.ColdStarts;

/// <summary>The last replica of a deployment fails, and the feed does not say so yet: requests wait as for a cold start.</summary>
public sealed class LostReplicaTests
{
    public static TheoryData<string> Fronts => Front.All;

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task A_request_whose_executor_dies_waits_for_the_next_one(string front)
    {
        await using var platform = await DeployedAsync("model");
        var first = platform["model"];
        first.Cut();

        var asked = Front.Of(front).AskAsync(platform, "fast", Front.Images(7));
        await Waiting.UntilAsync(platform, 1);
        var second = await platform.LaunchAsync("model");
        platform.Registry.Put(second.Registration() with { Id = "model-2" });

        var answer = (await asked).ShouldBeOk();
        answer.Labels.ShouldBe([7]);
        answer.Headers["mulambda-executor"].ShouldBe("model-2");
        answer.Headers.ContainsKey("mulambda-cold-start-ms").ShouldBeTrue();
        first.Calls.Count.ShouldBe(1);
        second.Calls.Count.ShouldBe(1);
        await first.DisposeAsync();
    }

    [Fact]
    public async Task All_that_ran_or_waited_in_a_killed_executor_are_answered_once_by_the_next_one()
    {
        await using var platform = await DeployedAsync("model", Batches.OneAtATime);
        await using var first = platform["model"];
        using var gate = new Gate(first);
        var asked = new List<Task<System.Text.Json.JsonElement>> { platform.AnswerAsync("fast", TestPlatform.Body(0), 50_000) };
        await gate.EnteredAsync(1);
        asked.AddRange(Enumerable.Range(1, 19).Select(i => platform.AnswerAsync("fast", TestPlatform.Body(i % 10), 50_000)));
        await Batches.WaitingAsync(platform, 19);

        await first.StopAsync();
        await Waiting.UntilAsync(platform, 20);
        platform.Registry.Put(first.Registration(ExecutorState.Failed));
        await platform.FollowedAsync();
        Waiting.Count(platform).ShouldBe(20);
        var second = await platform.LaunchAsync("model");
        platform.Registry.Put(second.Registration() with { Id = "model-2" });

        var answers = await Task.WhenAll(asked);
        answers.Index().ShouldAllBe(answer => Batches.LabelsOf(answer.Item).SequenceEqual(new[] { answer.Index % 10 }));
        second.Calls.Sum(call => Batches.Labels(call.Request).Count()).ShouldBe(20, "each went there once");
        Waiting.Count(platform).ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_comes_after_the_failure_waits_too_and_whoever_scales_learns_of_it_at_once(bool infers)
    {
        await using var platform = await DeployedAsync("model");
        platform["model"].FailWith(StatusCode.Unavailable);
        var before = platform.InferAsync("fast");
        await Waiting.UntilAsync(platform, 1);
        var news = platform.Services.GetRequiredService<DemandLedger>().News;

        var after = infers ? platform.InferAsync("fast") : platform.PostAsync("/v1/select", """{"client": "fast"}""");
        await news.WaitAsync(TestPlatform.Patience);
        await Waiting.UntilAsync(platform, 2);
        platform.Services.GetRequiredService<DemandReporter>().Report().Models.ShouldHaveSingleItem().WaitingCold.ShouldBe(2);
        var second = await platform.LaunchAsync("model");
        platform.Registry.Put(second.Registration() with { Id = "model-2" });

        (await before).IsSuccessStatusCode.ShouldBeTrue();
        (await after).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task One_that_is_back_although_the_feed_never_said_that_it_was_away_answers()
    {
        await using var platform = await DeployedAsync("model");
        platform["model"].FailWith(StatusCode.Unavailable);
        var asked = new List<Task<HttpResponseMessage>>();
        for (var i = 1; i <= 5; i++)
        {
            asked.Add(platform.InferAsync("fast", timeoutMs: 3_600_000));
            await Waiting.UntilAsync(platform, i);
        }

        platform["model"].Recover();
        platform["model"].Calls.Clear();
        platform.Time.Advance(TimeSpan.FromMinutes(11));

        (await Task.WhenAll(asked)).ShouldAllBe(answer => answer.IsSuccessStatusCode);
        platform["model"].Calls.SelectMany(call => Batches.Labels(call.Request)).Count().ShouldBe(5);
    }

    [Fact]
    public async Task One_that_fails_again_and_again_is_told_after_as_many_attempts_as_usual()
    {
        await using var platform = await DeployedAsync("model", "--Selector:MaxAttempts=2", "--Selector:QuarantineMs=1", "--Selector:MaxQuarantineMs=1");
        platform["model"].FailWith(StatusCode.Internal);

        var problem = await TestPlatform.ProblemAsync(platform.InferAsync("fast", timeoutMs: 50_000), 503);

        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("2 failed");
        platform["model"].Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Where_none_comes_the_wait_ends_with_the_deadline()
    {
        await using var platform = await DeployedAsync("model");
        platform["model"].FailWith(StatusCode.Unavailable);

        await TestPlatform.ProblemAsync(platform.InferAsync("fast", timeoutMs: 1000), 504);

        Waiting.Count(platform).ShouldBe(0);
    }

    [Fact]
    public async Task Where_another_model_is_ready_nobody_waits()
    {
        await using var platform = await DeployedAsync("small", "--Selector:MaxAttempts=3");
        platform.Registry.Put(TestPlatform.DigitModel("large", 0.99, 100_000));
        var large = await platform.LaunchAsync("large");
        platform.Registry.Put(large.Registration());
        platform.Registry.Put(new Deployment("large"));
        await platform.FollowedAsync();
        large.FailWith(StatusCode.Unavailable);

        (await platform.AnswerAsync("accurate")).GetProperty("decision").GetProperty("executor").GetString().ShouldBe("small");
        (await platform.CandidatesAsync("accurate")).TryGetProperty("cold", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task An_explanation_says_that_the_executors_failed()
    {
        await using var platform = await DeployedAsync("model");
        platform["model"].FailWith(StatusCode.Unavailable);
        await TestPlatform.ProblemAsync(platform.InferAsync("fast", timeoutMs: 1000), 504);

        var cold = (await platform.CandidatesAsync("fast")).GetProperty("cold").EnumerateArray().ShouldHaveSingleItem();

        cold.GetProperty("selected").GetBoolean().ShouldBeTrue();
        cold.GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("failed a moment ago");
    }

    private static async Task<TestPlatform> DeployedAsync(string model, params string[] options)
    {
        var platform = await TestPlatform.StartAsync([model], options);
        platform.Registry.Put(new Deployment(model));
        await platform.FollowedAsync();
        return platform;
    }
}
