using System.Text.Json;
using MuLambda.Catalog;

namespace MuLambda.Selector.Tests.ColdStarts;

/// <summary>Selections of models that would have to start, and what is told of these.</summary>
public sealed class ColdSelectTests
{
    [Theory]
    [InlineData("/v1/select")]
    [InlineData("/v1/select?explain=true")]
    public async Task A_selection_waits_for_the_first_executor_as_an_inference_does(string path)
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await platform.DeployAsync("model");
        var executor = await platform.LaunchAsync("model");

        var asked = platform.PostAsync(path, """{"client": "fast"}""");
        await Waiting.UntilAsync(platform, 1);
        platform.Registry.Put(executor.Registration());

        using var answer = await asked;
        var decision = await Waiting.BodyAsync(answer);
        decision.GetProperty("executor").GetString().ShouldBe("model");
        decision.GetProperty("coldStartMs").GetDouble().ShouldBe(Waiting.ColdStartMs(answer), 0.01);
        using var told = await platform.PostAsync("/v1/feedback", $$"""{"requestId": "{{decision.GetProperty("requestId").GetString()}}", "latencyMs": 1}""");
        told.IsSuccessStatusCode.ShouldBeTrue();
        using var warm = await platform.PostAsync(path, """{"client": "fast"}""");
        (await Waiting.BodyAsync(warm)).TryGetProperty("coldStartMs", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task It_waits_no_longer_than_its_deadline()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await platform.DeployAsync("model");

        await TestPlatform.ProblemAsync(platform.PostAsync("/v1/select", """{"client": "fast"}""", timeoutMs: 1000), 504);
        platform.Registry.Put(Waiting.Launch("model-1", "model", ExecutorState.Failed, "the artifact is damaged"));
        await platform.FollowedAsync();
        var problem = await TestPlatform.ProblemAsync(platform.PostAsync("/v1/select", """{"client": "fast"}""", timeoutMs: 1000), 503);

        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("the artifact is damaged");
    }

    [Fact]
    public async Task An_explanation_lists_what_would_have_to_start_and_why_it_is_not_waited_for()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        await platform.DeployAsync("large", accuracy: 0.99);

        using var answer = await platform.PostAsync("/v1/select?explain=true", """{"client": "fast"}""");
        var decision = await Waiting.BodyAsync(answer);

        decision.GetProperty("executor").GetString().ShouldBe("small");
        var cold = decision.GetProperty("cold").EnumerateArray().ShouldHaveSingleItem();
        cold.GetProperty("model").GetProperty("name").GetString().ShouldBe("large");
        cold.GetProperty("state").GetString().ShouldBe("cold");
        cold.GetProperty("selected").GetBoolean().ShouldBeFalse();
        cold.GetProperty("reason").GetString().ShouldBe(
            "No executor is ready; a start takes about 2000 ms. Not waited for: small is ready, and the start is not worth its wait.");
    }

    [Fact]
    public async Task The_candidates_tell_what_would_be_waited_for()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        await platform.DeployAsync("large", accuracy: 0.99);
        platform.Registry.Put(Waiting.Launch("large-1", "large", ExecutorState.Pending));
        platform.Registry.Put(TestPlatform.Client("strict", 0, 1, new Bounds(MaxLatencyMs: 500)));
        await platform.FollowedAsync();

        var accurate = await platform.CandidatesAsync("accurate");
        var waited = Only(accurate);
        waited.GetProperty("state").GetString().ShouldBe("starting");
        waited.GetProperty("selected").GetBoolean().ShouldBeTrue();
        waited.GetProperty("estimate").GetProperty("waitMs").GetDouble().ShouldBeInRange(1e-3, 2000);
        waited.GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("worth the wait");
        var small = accurate.GetProperty("candidates").EnumerateArray().Single(candidate => candidate.GetProperty("executor").GetString() == "small");
        small.GetProperty("selected").GetBoolean().ShouldBeFalse();
        small.GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("large@1");

        var excluded = Only(await platform.CandidatesAsync("strict"));
        excluded.GetProperty("excludedBy")[0].GetString().ShouldBe("bounds.maxLatencyMs");
        excluded.GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("above maxLatencyMs 500");
    }

    [Fact]
    public async Task An_executor_that_nobody_launched_and_that_failed_is_told_without_a_word_of_a_launch()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        await platform.DeployAsync("large", accuracy: 0.99);
        platform.Registry.Put(Waiting.Launch("large-1", "large", ExecutorState.Failed, "the artifact is damaged") with { Launch = null });
        await platform.FollowedAsync();

        var failed = Only(await platform.CandidatesAsync("accurate"));

        failed.GetProperty("state").GetString().ShouldBe("failed");
        failed.GetProperty("reason").GetString().ShouldNotBeNull()
            .ShouldStartWith("No executor is ready (large-1 failed: the artifact is damaged). ");
    }

    [Fact]
    public async Task What_no_start_could_meet_is_a_404_that_tells_why()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await platform.DeployAsync("poor", accuracy: 0.5);
        platform.Registry.Put(TestPlatform.Client("strict", 0, 1, new Bounds(MinAccuracy: 0.9)));
        await platform.FollowedAsync();

        var problem = await TestPlatform.ProblemAsync(platform.PostAsync("/v1/select?explain=true", """{"client": "strict"}"""), 404);

        problem.GetProperty("cold")[0].GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("below minAccuracy 0.9");
    }

    private static JsonElement Only(JsonElement candidates) => candidates.GetProperty("cold").EnumerateArray().ShouldHaveSingleItem();
}
